// <segment-meter>: characters left, texts and credits while a text is typed, and what made it costlier, with something
// plain to write instead: offered, never applied unasked (U41, P60).
import { say } from "./say.js"
import { reader } from "./segments.js"

const NAMES = { "’": ["curly quote", "straight quote"], "‘": ["curly quote", "straight quote"], "“": ["curly quote", "straight quote"], "”": ["curly quote", "straight quote"], "–": ["long dash", "hyphen"], "—": ["long dash", "hyphen"], "…": ["row of dots", "three dots"], "\u00a0": ["fixed space", "plain space"], "\t": ["tab", "plain space"] }
const many = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`

export class SegmentMeter extends HTMLElement {
  #texts = null
  #most = 0
  #said = 0

  connectedCallback() {
    this.#texts = reader(JSON.parse(this.dataset.alphabet))
    this.#most = Number(this.dataset.most)
  }

  clear() {
    this.#said = 0
    this.replaceChildren()
  }

  // Shows what `text` costs; `write` puts a plainer one in its place when somebody asks for it.
  show(text, write) {
    const found = this.#texts.count(text)
    if (!found.units) { this.clear(); return }
    const amount = document.createElement("span")
    amount.textContent = found.segments > this.#most
      ? `${many(found.segments, "text")}: at most ${this.#most} can go at once`
      : `${found.left} left · ${many(found.segments, "text")} · ${many(found.segments, "credit")}`
    amount.classList.toggle("over", found.segments > this.#most)
    this.replaceChildren(amount, ...this.#offer(text, found, write))
    if (found.segments > 1 && found.segments !== this.#said) say(this.textContent)
    this.#said = found.segments
  }

  #offer(text, found, write) {
    const letters = this.#texts.costly(text)
    if (!letters.length) return []
    const stands = new Map(letters.map((letter) => [letter, this.#texts.instead(letter) ?? (/\p{L}/u.test(letter) ? letter : "")]))
    const plain = this.#texts.replaced(text, (letter) => stands.get(letter))
    const fewer = this.#texts.count(plain).segments
    if (fewer >= found.segments) return []
    const why = document.createElement("span")
    const [first] = letters
    why.textContent = `${letters.length > 1 ? `${many(letters.length, "character")} make` : `One ${NAMES[first]?.[0] ?? `“${first}”`} makes`} this ${many(found.segments, "text")} instead of ${fewer}`
    const button = document.createElement("button")
    button.type = "button"
    button.className = "btn btn-s"
    button.textContent = letters.length > 1 ? "Use plain characters" : label(first, stands.get(first))
    button.addEventListener("click", () => write(plain))
    return [why, button]
  }
}

function label(letter, plain) {
  if (NAMES[letter]) return `Use a ${NAMES[letter][1]}`
  return plain.trim() ? `Write “${plain}”` : `Remove ${letter.trim() || "it"}`
}

// Where the words of a `/sms` begin: after the command and whoever it names, by id or by one word.
export function beginning(text) {
  let place = /^\/sms\s*/i.exec(text)[0].length
  for (let rest = text.slice(place); rest.startsWith("@"); rest = text.slice(place)) {
    const name = /^@\S*/.exec(rest)[0]
    place += name.length + /^[,\s]*/.exec(rest.slice(name.length))[0].length
  }
  return place
}

customElements.define("segment-meter", SegmentMeter)
