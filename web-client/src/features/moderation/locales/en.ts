export default {
  own: {
    title: 'My posts under review',
    lead: 'What you posted and was held back: why, where it stands, and what you can do.',
    none: 'Nothing of yours is held back.',
    gone: 'The text is past its retention period and no longer kept',
    may_appeal: 'You may appeal once',
    how: 'How moderation works and where the rules come from',
  },
  standing: {
    waiting: 'Waiting for review',
    flagged: 'Flagged, being reviewed',
    approved: 'Public',
    refused: 'Not accepted',
    appealing: 'Appeal under way',
    upheld: 'Appeal rejected',
    overturned: 'Appeal accepted, public',
    withdrawn: 'Taken back',
  },
  standing_long: {
    waiting: 'Not public yet: a person will look at it',
    flagged: 'A resident flagged this: a person will look at it',
    approved: 'Approved: everybody can see it',
    refused: 'Not accepted: it stays private',
    appealing: 'Your appeal has arrived; somebody else will decide',
    upheld: 'Your appeal was rejected: it stays private',
    overturned: 'Your appeal was accepted: everybody can see it now',
    withdrawn: 'Replaced by a newer version, or taken back',
  },
  case: {
    why: 'Why it was held back',
    note: 'What the moderator says',
    said: 'What you wrote',
    can: 'What you can do',
    change: 'Change the highlighted parts and submit it again.',
    to_change: 'Change it',
    to_report: 'See how this report is getting on',
  },
  appeal: {
    label: 'Appeal: why should it be public?',
    help: 'You can appeal once, until {date}. Somebody other than who refused it decides.',
    help_open: 'You can appeal once. Somebody other than who refused it decides.',
    need: 'Please give your reasons, at least 2 characters',
    send: 'Send the appeal',
    said: 'Why it should be public',
    answer: 'Answer',
    state: {
      open: 'Appeal under way',
      upheld: 'The appeal was rejected',
      overturned: 'The appeal was accepted',
    },
  },
  ban: {
    title: 'You may not post for now',
    over: 'An earlier ban, now over',
    until: 'Until {at}',
    for_good: 'For good',
    unconfirmed:
      'Somebody proposed a ban for good. A second person has to confirm it; otherwise it ends by itself.',
    reason: 'Reason',
    still: 'You can still report waste, book pickups and look up how to sort.',
    appeal_help: 'You can appeal once; somebody else decides.',
  },
  figures: {
    title: 'Moderation in the open',
    lead: 'What residents post is first checked by rules; people decide about whatever is unclear. The rules and the figures are public.',
    steps: 'How it works',
    step: {
      rules_title: 'Rules look first',
      rules:
        'A post is checked as it comes in. What is fine is public at once; otherwise you are told which rule it ran into and what that rule rests on.',
      people_title: 'People decide',
      people:
        'A moderator reads what was held and why, then publishes it, publishes it with personal data masked, or refuses it with a reason.',
      appeal_title: 'One appeal',
      appeal: 'You can appeal within 30 days of a refusal. Somebody who had no part in it decides.',
      flags_title: 'Residents can flag',
      flags:
        'Anything can be flagged. The word of those who were right before counts for more; a crowd cannot make things disappear.',
      ban_title: 'Bans are a last resort',
      ban: 'One person can ban for 180 days at most; a ban for good takes two. Reporting and pickups stay open throughout.',
    },
    numbers: 'The last 12 months',
    now: 'Waiting now',
    held: 'Held for a person',
    refused: 'Refused by rule',
    overturned: 'Overturned / appeals',
    chart:
      'Bar chart by month: {held} posts were held for a person, {refused} were refused by rule. The table below gives the same figures.',
    table: 'Moderation by month',
    table_help:
      '“Half within” and “9 in 10 within”: how soon half, and nine in ten, of the posts that needed a person were decided.',
    month: 'Month',
    published: 'Published at once',
    approved_by_people: 'Approved by people',
    refused_by_people: 'Refused by people',
    appeals: 'Appeals',
    overturned_short: 'Overturned',
    median: 'Half within',
    p90: '9 in 10 within',
    minutes: '{n} minute | {n} minutes',
    hours: '{n} hour | {n} hours',
    days: '{n} day | {n} days',
    sources: 'Where the rules come from',
    sources_lead:
      'Every rule names the law or standard it rests on, and the author is told which one applied. The main ones:',
    source: {
      personal_title: 'Personal data',
      personal:
        'Personal Information Protection Law, Articles 10, 25 and 28: telephone, identity and bank card numbers, home addresses, number plates and the like are not published without the person’s consent.',
      goods_title: 'Things that may not be passed on',
      goods:
        'Laws on wildlife, animal epidemics, cultural relics, tobacco, food safety and product quality: nothing that needs a licence or is of unknown origin, and no live animals.',
      danger_title: 'Dangerous things',
      danger:
        'Firearms Law, regulations on fireworks and hazardous chemicals, Solid Waste Law, Article 80: weapons, fireworks, hazardous waste, used lead-acid batteries.',
      health_title: 'Medicines and medical devices',
      health:
        'Drug Administration Law, Article 51, and the regulations on medical devices: not without a licence.',
      papers_title: 'Documents, invoices, accounts',
      papers:
        'Criminal Law, Article 280, Measures on Invoices, Identity Card Law, Article 17: not for sale.',
      scams_title: 'Scams and gambling',
      scams:
        'Anti-Telecom and Online Fraud Law, Articles 25 and 31; Public Security Administration Law.',
      speech_title: 'Insults, threats, obscenity',
      speech:
        'Provisions on the Governance of Online Content, Articles 6 and 10; Civil Code, Article 1024 (reputation); Public Security Administration Law. A report may say plainly what happened.',
      house_title: 'House rules',
      house:
        'Only your own second-hand things, with your own pictures. A person looks first at many posts in a short time and at unusually high prices.',
    },
  },
}
