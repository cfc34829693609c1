export default {
  evidence: {
    before: 'Before',
    after: 'After',
    compare: 'Before and after',
    slider: 'Drag left and right to compare before and after',
    slider_value: '{n}% of the picture shows before',
    slider_hint: 'Drag the round handle, or use the left and right arrow keys.',
    proof: {
      at_the_place: 'Taken at the place',
      away: 'Not taken at the place',
      unstated: 'Place of photo not stated',
    },
    capture: {
      nth: 'Photo {n}',
      locating: 'Noting where it was taken…',
      known: 'Place noted (within about {m} m)',
      denied:
        'No place: location is not allowed. Allow it for this site in your browser or phone settings, then tap “Locate again”.',
      unavailable:
        'No place: the phone cannot find where it is. Go into the open and tap “Locate again”.',
      insecure: 'No place: this address is not secure, so the browser does not give a location.',
      unsupported: 'No place: this phone’s browser cannot tell where it is.',
      vague:
        'The place is too rough (within about {m} m) to prove anything. Go into the open and tap “Locate again”.',
      again: 'Locate again',
      why: 'Your phone’s position is noted when you take a photo, to show that it was taken on the spot. It is read once, at that moment.',
      later_ok: 'You can hand in without it; the photo is then marked “Place of photo not stated”.',
      away_reason: 'Why was the photo not taken at the place?',
      without: 'Hand in without the position',
    },
  },
  witness: {
    title: 'I live nearby and went to look',
    why: 'The office says this is done. If you are close by, please take a look: when several residents agree, the case counts as verified; if someone says it is not done, an inspector checks again. Neither your name nor what you write is published.',
    open: 'I went to look',
    sign_in: 'Live nearby? Sign in to help check',
    solved: 'Has it been dealt with?',
    yes: 'Yes, it is done',
    no: 'No, it is not',
    comment: 'What did you see? (optional, for the office only)',
    place:
      'Your position is read once when you send this, to confirm that you are near the place. It is not published.',
    need_choice: 'Please choose yes or no',
    locating: 'Finding your position…',
    denied:
      'This cannot be sent without your position. Allow location for this site in your browser or phone settings and try again.',
    unavailable: 'Your phone cannot find where it is. Go into the open and try again.',
    insecure:
      'This address is not secure, so the browser gives no location and this cannot be sent.',
    unsupported: 'This browser cannot tell where you are. Please use another phone or browser.',
    send: 'Send',
    thanks: 'Noted. Thank you for looking',
    said: 'You have been to look and told us. Thank you.',
  },
}
