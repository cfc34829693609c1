export default {
  ruling: {
    publish: '공개되었습니다. 누구나 볼 수 있습니다',
    hold: '아직 공개되지 않았습니다. 담당자가 확인할 예정입니다',
    refuse: '승인되지 않아 공개되지 않습니다',
    hold_next: '보통 하루 안에 결과가 나옵니다. 다시 보내지 않으셔도 됩니다.',
    refuse_next:
      '고쳐서 다시 올릴 수 있습니다. 결정이 잘못되었다고 생각하시면 한 번 이의를 제기할 수 있고, 다른 담당자가 결정합니다.',
    source: '근거: {source}',
    follow: '진행 상황과 할 수 있는 일 보기',
    report_hint:
      '신고 자체는 담당 부서로 전달되어 처리 중입니다. 이 글만 당분간 공개되지 않습니다.',
    own: '공개되지 않은 게시물이 있습니다. 이유 보기',
    own_banned: '지금은 게시할 수 없습니다. 이유 보기',
    own_all: '내 게시물 심사',
    kind: {
      listing: '중고 물품',
      message: '메시지',
      seller: '판매자 소개',
      organisation: '단체 소개',
      event: '행사',
      report: '신고의 글과 사진',
      comment: '처리 결과에 대한 의견',
    },
  },
  flag: {
    open: '공개되면 안 되는 내용이 있어요',
    title: '어떤 점이 문제인가요?',
    sign_in: '다른 사람 이름으로 신고하는 일을 막기 위해 로그인이 필요합니다.',
    to_sign_in: '로그인하기',
    what_happens:
      '담당자가 확인합니다. 이전 지적이 정확했을수록 더 무겁게 반영되며, 여럿이 몰려도 내용이 사라지지 않습니다.',
    why: '이유',
    choose: '이유를 선택해 주세요',
    note: '덧붙일 말',
    send: '보내기',
    thanks: '접수되었습니다. 담당자가 확인합니다.',
    reason: {
      forbidden: '거래할 수 없는 물건',
      scam: '사기로 보임',
      'personal-data': '다른 사람의 개인정보가 있음',
      insult: '욕설이나 협박',
      'wrong-place': '광고이거나 맞지 않는 곳',
      other: '기타',
    },
  },
}
