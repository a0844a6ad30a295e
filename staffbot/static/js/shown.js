// Times, names and texts as people read them; the exact time stays in `datetime` and `title`.
// As the server writes them, in the practice's zone: a page that was read before its script ran does not change (U12).
const written = (parts) => new Intl.DateTimeFormat("en-GB", { timeZone: document.querySelector(".app")?.dataset.zone, hourCycle: "h23", ...parts })
const clock = written({ hour: "2-digit", minute: "2-digit" })
const day = written({ weekday: "short" })
const date = written({ day: "numeric", month: "short" })
const whole = written({ weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" })

// `10:42`, of the last days `Tue`, else `3 Mar` (U17).
export function inWords(at) {
  const then = new Date(at)
  const age = Date.now() - then
  if (age < 20 * 3600e3) return clock.format(then)
  return age < 6 * 86400e3 ? day.format(then) : date.format(then).replace("Sept", "Sep")
}

// `3 minutes ago` within the last hour, then as short as in a list (U53, U113).
export function ago(at) {
  const minutes = Math.floor((Date.now() - new Date(at)) / 60e3)
  if (minutes >= 60) return inWords(at)
  return minutes < 1 ? "a moment ago" : minutes < 2 ? "a minute ago" : `${minutes} minutes ago`
}

export function ofTheDay(at) { return clock.format(new Date(at)) }

// When something is due, in the practice's zone, as the server says it.
export function dueInWords(at, timeZone) {
  const then = new Date(at)
  const on = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone })
  const part = Object.fromEntries(on.formatToParts(then).map(({ type, value }) => [type, value]))
  const there = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone })
  return `${part.weekday} ${part.day} ${part.month}, ${there.format(then)}`
}

// `words` are those for a moment: among others of its day, the time of day.
export function localise(root, words = inWords) {
  for (const time of root.querySelectorAll("time[datetime]:not(.due)")) {
    const at = time.getAttribute("datetime")
    if (!at) continue
    time.textContent = words(at)
    time.title = whole.format(new Date(at))
  }
}

// Letters as they are compared: case and accents do not count.
export const plain = (text) => text.toLocaleLowerCase().normalize("NFKD").replace(/\p{M}/gu, "")

// Puts `name` into an element, the letters underlined with which typed words begin words of it; `most` of its words at most.
export function underline(where, name, typed, most = Infinity) {
  const wanted = (plain(typed).match(/[\p{L}\p{N}]+/gu) ?? []).sort((one, other) => other.length - one.length)
  let seen = 0
  where.replaceChildren(...name.split(/([\p{L}\p{M}\p{N}]+)/u).flatMap((word, place) => {
    const part = place % 2 && seen++ < most ? wanted.find((one) => plain(word).startsWith(one)) : undefined
    if (!part) return [word]
    const letters = [...word.normalize("NFC")]
    let end = 1
    while (plain(letters.slice(0, end).join("")).length < part.length) end += 1
    const mark = document.createElement("mark")
    mark.textContent = letters.slice(0, end).join("")
    return [mark, letters.slice(end).join("")]
  }))
}

export function initials(name) {
  const words = name.split(/\s+/).filter(Boolean)
  return (words.length > 1 ? words[0][0] + words.at(-1)[0] : (words[0] ?? "").slice(0, 2)).toUpperCase()
}

// A piece of a text: plain, a link made by code, a name that is called (U31), a word that was looked for (U114).
export function piece({ text, link, mention, mark }) {
  if (!link && !mention && !mark) return text
  const made = document.createElement(link ? "a" : mark ? "mark" : "span")
  made.textContent = text
  if (link) Object.assign(made, { href: link, rel: "noopener noreferrer", target: "_blank" })
  else if (mention) made.className = "mention"
  return made
}
