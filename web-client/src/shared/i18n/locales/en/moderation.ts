export default {
  ruling: {
    publish: 'Published: everybody can see it',
    hold: 'Not public yet: a person will look at it',
    refuse: 'Not accepted: it stays private',
    hold_next: 'This usually takes less than a day. There is no need to send it again.',
    refuse_next:
      'Change it and post again. If you think this is wrong, appeal once: somebody else decides.',
    source: 'Based on: {source}',
    follow: 'Follow it and see what you can do',
    report_hint:
      'Your report itself has gone to the department and is being handled. Only this text is not shown to the public for now.',
    own: 'Some of your posts are not public: see why',
    own_banned: 'You may not post for now: see why',
    own_all: 'My posts under review',
    kind: {
      listing: 'Second-hand item',
      message: 'Message',
      seller: 'Merchant’s description',
      organisation: 'Organisation’s description',
      event: 'Event',
      report: 'Text and photos of a report',
      comment: 'Comment on the outcome',
    },
  },
  flag: {
    open: 'Something here should not be public',
    title: 'What is wrong with it?',
    sign_in: 'Please sign in first, so that nobody can flag things in another person’s name.',
    to_sign_in: 'Sign in',
    what_happens:
      'A person will look at it. Your word counts for more if you have been right before; a crowd cannot make things disappear.',
    why: 'Reason',
    choose: 'Please choose a reason',
    note: 'Anything to add',
    send: 'Send',
    thanks: 'Thank you. A person will look at it.',
    reason: {
      forbidden: 'Something that may not be sold',
      scam: 'It looks like a scam',
      'personal-data': 'It shows somebody’s personal data',
      insult: 'Insult or threat',
      'wrong-place': 'Advertising, or the wrong place',
      other: 'Something else',
    },
  },
}
