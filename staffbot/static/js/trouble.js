// The line over the box that says what is wrong, and offers who or what may have been meant (U36, U37).
import { shout } from "./say.js"

const place = document.getElementById("problem")

export class Trouble {
  #mend = null

  // `choose` is called with {from, to, words, person} of what to put in place of what was typed.
  constructor(choose) { this.choose = choose }

  // The nearest command is one key away; false when there is none.
  mend() {
    if (!this.#mend) return false
    this.#mend()
    return true
  }

  clear() {
    place.hidden = true
    place.replaceChildren()
    this.#mend = null
  }

  show(error, line = "") {
    this.clear()
    place.hidden = false
    place.textContent = error.message
    shout(error.message)
    const row = document.createElement("div")
    row.className = "choices"
    for (const one of error.choices ?? []) row.append(this.#button(`${one.name}, ${one.detail}`, () => this.#name(one, error.typed, line)))
    if (error.code === "unknown_command" && error.nearest) {
      this.#mend = () => { this.clear(); this.choose({ from: 0, to: /^\S*/.exec(line)[0].length, words: `/${error.nearest}` }) }
      row.append(this.#button(`Use /${error.nearest}`, this.#mend, "Tab"))
    }
    if (row.children.length) place.append(row)
  }

  #button(words, press, key = "") {
    const button = document.createElement("button")
    button.type = "button"
    button.className = "btn btn-s"
    button.textContent = words
    if (key) {
      const hint = document.createElement("kbd")
      hint.textContent = key
      button.append(" ", hint)
    }
    button.addEventListener("click", press)
    return button
  }

  #name(one, typed, line) {
    const words = typed.split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+")
    const found = new RegExp(`@${words}\\s?|${words}\\s*$`, "i").exec(line)
    this.clear()
    this.choose({ from: found ? found.index : line.length, to: found ? found.index + found[0].length : line.length, person: one })
  }
}
