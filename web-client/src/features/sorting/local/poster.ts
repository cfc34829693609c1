// What a poster at the bins shows of each category.
import type { Index } from '../engine/index.ts'
import { rulingOf } from '../engine/ladder.ts'
import type { Area, Bin } from '../engine/types.ts'
import { thingName } from '../engine/view.ts'
import { groupOf, thingsByKind } from './browse.ts'

export interface Poster {
  bin: Bin
  examples: { name: string; emoji: string }[]
  /** What to do with some of them before. */
  prepare: { name: string; text: string }[]
}

const BINS: Bin[] = ['recyclable', 'hazardous', 'kitchen', 'other']
const EXAMPLES = 12
/** Emoji of 2019 and later are empty boxes on older phones and printers' PCs. */
const NEWER = /[\u{1fa70}-\u{1faff}]|\u200d/u
const SHORT = 6

/** What everybody knows and throws away, with a picture. One that is ruled otherwise is left out. */
const KNOWN: Record<Bin, string> = {
  recyclable:
    '📦纸箱 🥤饮料瓶 📰报纸 🥫易拉罐 🍾玻璃瓶 👕旧衣服 🥛牛奶盒 🧴洗发水瓶 👟旧鞋 🍳铁锅 🧸毛绒玩具 🔑钥匙',
  hazardous:
    '🔋充电电池 💊过期药 💡节能灯 🖨️硒鼓 🌡️水银体温计 🎨油漆桶 🦟杀虫剂 💅指甲油 🧪消毒液 🐀老鼠药 ⌚纽扣电池 🎞️胶卷',
  kitchen:
    '🍚剩饭 🍲剩菜 🥬菜叶 🍌香蕉皮 🥚鸡蛋壳 🐟鱼骨头 🍉西瓜皮 🍎苹果核 🍵茶叶渣 🍞面包 🦐虾壳 💐鲜花',
  other:
    '🧻卫生纸 🍱外卖盒 🥢一次性筷子 👶尿不湿 🚬烟头 🦴大骨头 😷口罩 🐚贝壳 🧽抹布 🧹灰土 🎈气球 💇头发',
}
const PICTURED = /^([^\u3400-\u9fff]+)(.+)$/

export function poster(index: Index, area: Area): Poster[] {
  const { pack } = index
  const byKind = thingsByKind(index)
  const bare = (emoji: string) => (NEWER.test(emoji) ? '' : emoji)
  return BINS.map((bin) => {
    const examples = KNOWN[bin].split(' ').flatMap((known) => {
      const [, emoji, name] = PICTURED.exec(known)!
      const entry = index.chinese(name)
      const thing = entry === undefined ? undefined : index.thingOf[entry]
      if (thing === undefined || groupOf(pack.kinds[pack.things.kind[thing]], area) !== bin)
        return []
      return [{ thing, emoji, name: pack.lang === 'zh' ? name : thingName(index, thing) }]
    })
    // The kinds with the most names are those that people ask about most.
    const kinds = pack.kinds
      .map((kind, at) => ({ kind, at, things: byKind[at] }))
      .filter(({ kind, things }) => groupOf(kind, area) === bin && things.length > 0)
      .sort((a, b) => b.things.length - a.things.length || a.at - b.at)
    for (const { at, things } of kinds) {
      if (examples.some(({ thing }) => pack.things.kind[thing] === at)) continue
      const short = (thing: number) => Array.from(pack.things.name[thing]).length <= SHORT
      const thing =
        things.find((each) => bare(pack.things.emoji[each]) !== '' && short(each)) ??
        things.find(short)
      if (thing !== undefined)
        examples.push({
          thing,
          emoji: bare(pack.things.emoji[thing]),
          name: thingName(index, thing),
        })
    }
    const shown = examples.slice(0, EXAMPLES)
    const texts = new Map<string, string>()
    for (const { name, thing } of shown) {
      const { prepare } = rulingOf(pack.kinds[pack.things.kind[thing]], area)
      if (!texts.has(prepare)) texts.set(prepare, name)
    }
    return {
      bin,
      prepare: Array.from(texts, ([text, name]) => ({ name, text })),
      examples: shown.map(({ name, emoji }) => ({ name, emoji })),
    }
  })
}
