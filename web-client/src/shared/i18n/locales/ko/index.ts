import common from './common'
import evidence from './evidence'
import follow from './follow'
import moderation from './moderation'
import report from './report'

export default { ...common, ...report, ...follow, ...moderation, ...evidence }
