// How many texts a text is: the rule of core/delivery/segments.py, with its tables as the page was given them (P56-P60).
// `alphabet` is { basic, extended, plain }: two strings of letters, and what can stand for a costly one.
export function reader({ basic, extended, plain }) {
  const cheap = new Set(basic)
  const double = new Set(extended)

  const asSent = (text) => text.replaceAll("\r\n", "\n").replaceAll("\r", "\n").normalize("NFC")
  const costly = (text) => [...new Set([...asSent(text)].filter((letter) => !cheap.has(letter) && !double.has(letter)))]

  function count(text) {
    const letters = [...asSent(text)]
    const odd = costly(text)
    return odd.length
      ? counted("UCS-2", letters.map((letter) => letter.length), 70, 67, odd[0])
      : counted("GSM-7", letters.map((letter) => (double.has(letter) ? 2 : 1)), 160, 153, "")
  }

  // What could be written instead; null where nothing plain says the same.
  function instead(letter) {
    if (Object.hasOwn(plain, letter)) return plain[letter]
    if (/^[\u0300-\u036f]$/.test(letter)) return ""
    const base = letter.normalize("NFD").replace(/\p{M}/gu, "")
    return base !== letter && cheap.has(base) ? base : null
  }

  // The text with each costly letter replaced by what `stands` for it, where anything does.
  function replaced(text, stands) {
    const odd = new Set(costly(text))
    return [...asSent(text)].map((letter) => (odd.has(letter) ? stands(letter) : null) ?? letter).join("")
  }

  return { asSent, costly, count, instead, replaced }
}

function counted(encoding, sizes, one, each, costly) {
  const units = sizes.reduce((sum, size) => sum + size, 0)
  if (units <= one) return { encoding, units, segments: units ? 1 : 0, left: one - units, costly }
  let segments = 1
  let used = 0
  for (const size of sizes) {
    if (used + size > each) { segments += 1; used = 0 }
    used += size
  }
  return { encoding, units, segments, left: each - used, costly }
}
