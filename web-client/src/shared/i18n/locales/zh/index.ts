import common from './common'
import follow from './follow'
import report from './report'

export default { ...common, ...report, ...follow }
