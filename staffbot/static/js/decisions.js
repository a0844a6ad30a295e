// What must be decided on the card before it can go: each warning with its answers, and a way behind the lock (U44, U49).
import { paragraph } from "./rows.js"

export class Decisions {
  #warnings
  #changed
  #lock
  made = {}
  element = document.createElement("div")

  constructor(draft, { changed, lock }) {
    this.#warnings = draft.warnings.filter((one) => one.decide.length)
    this.#changed = changed
    this.#lock = lock
    this.element.className = "check-decide"
    this.element.hidden = !this.#warnings.length
    for (const one of this.#warnings) this.element.append(this.#question(one))
  }

  get open() { return this.#warnings.some((one) => !(one.code in this.made)) }
  get locking() { return this.#warnings.some((one) => one.code === "clinical") }
  get seen() { return this.#warnings.flatMap((one) => one.seen) }
  // What goes if it goes at the time that the text begins with: `front` does not (U45).
  get planned() {
    const offer = this.made.when === "later" ? this.#warnings.find((one) => one.code === "when") : null
    return offer && { ...offer, words: offer.decide.find((one) => one.value === "later").words.replace(/^Send/, "Goes") }
  }
  get reasons() { return this.#warnings.map((one) => `why-${one.code}`).join(" ") }

  #question(one) {
    const set = document.createElement("fieldset")
    const legend = document.createElement("legend")
    legend.id = `why-${one.code}`
    legend.textContent = one.message
    set.append(legend)
    if (one.code === "clinical") {
      const lock = document.createElement("button")
      lock.type = "button"
      lock.className = "btn btn-main"
      lock.textContent = "Send as Direct Message"
      lock.addEventListener("click", this.#lock)
      set.append(lock, paragraph("Or send it open, because", "soft"))
    }
    for (const answer of one.decide) set.append(this.#answer(one.code, answer, one.decide.length > 1))
    return set
  }

  #answer(code, { value, words }, among) {
    const label = document.createElement("label")
    label.className = "choice-line"
    const input = document.createElement("input")
    input.type = among ? "radio" : "checkbox"
    input.name = `decide-${code}`
    input.value = value
    input.addEventListener("change", () => {
      if (input.checked) this.made[code] = value
      else delete this.made[code]
      this.#changed()
    })
    label.append(input, ` ${words}`)
    return label
  }
}
