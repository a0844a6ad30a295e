// The line over the box that says what is wrong, and offers who or what may have been meant (U36, U37).
import { shout } from "./say.js"

const place = document.getElementById("problem")

const PLACES = { plan: ["See plans", "/credits#plan"], no_credits: ["Buy credits", "/credits"] } // where what is wrong is put right (E11, E12)

// Where a patient's number or address is added (E13-E15).
const LACKS = { missing_mobile: "Add a number", missing_email: "Add an address" }

function link(words, href) {
  const made = document.createElement("a")
  Object.assign(made, { className: "btn btn-s", href, textContent: words })
  return made
}

// What changes a message neither waits for the connection nor leaves the practice.
export const unchanged = ({ code, message }) => (code === "offline" ? "You are offline, so this did not happen. Try again when you are back." : message)

// Stands over the box, on a page that has one, and is said to those who listen.
export function complain(message) {
  shout(message)
  if (!place) return
  place.textContent = message
  place.hidden = false
}

export function calm() {
  place.hidden = true
  place.replaceChildren()
}

export class Trouble {
  #mend = null // the button that Tab presses or, where somebody is to be chosen, goes to, as long as it is there
  #asks = false

  // `choose` is called with {from, to, words, person} of what to put in place of what was typed.
  constructor(choose) { this.choose = choose }

  // The nearest command is one key away, and so are those who may be meant; false when there is neither.
  mend() {
    if (!this.#mend?.isConnected) return false
    if (this.#asks) this.#mend.focus()
    else this.#mend.click()
    return true
  }

  clear() { calm() }

  show(error, line = "") {
    complain(error.message)
    const row = document.createElement("div")
    row.className = "choices"
    this.#asks = Boolean(error.choices?.length)
    for (const [nth, one] of (error.choices ?? []).entries()) {
      const button = this.#button(`${one.name}, ${one.detail}`, () => this.#name(one, error.typed, line), nth === 0 ? "Tab" : "")
      if (nth === 0) this.#mend = button
      row.append(button)
    }
    if (LACKS[error.code] && error.patient_id) row.append(link(LACKS[error.code], `/patients/${error.patient_id}/contacts`))
    if (PLACES[error.code]) row.append(link(...PLACES[error.code]))
    if (error.code === "unknown_command" && error.nearest) {
      const put = () => { this.clear(); this.choose({ from: 0, to: /^\S*/.exec(line)[0].length, words: `/${error.nearest}` }) }
      this.#mend = this.#button(`Use /${error.nearest}`, put, "Tab")
      row.append(this.#mend)
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
