// The four kinds of message as buttons that type their command: who uses the mouse learns what can be typed (U63).
import * as words from "./words.js"

const KIND = /^\/(im|sms|email|dm)(?=\s|$)\s*/i
const kinds = document.querySelector(".kinds") // about a patient only

export class Kinds {
  // `change` puts words in the place of others, as if they were typed.
  constructor(change) {
    kinds?.addEventListener("click", (event) => {
      const command = event.target.closest("button")?.dataset.command
      if (command === undefined) return
      const typed = KIND.exec(words.line())?.[0] ?? ""
      change({ from: 0, to: typed.length, words: command && `/${command} ` })
    })
  }

  // Which of them a line is: none for another command.
  show(line) {
    const said = KIND.exec(line)?.[1].toLowerCase() ?? (/^\/(?!\/)/.test(line) ? "other" : "im")
    for (const button of kinds?.children ?? []) button.setAttribute("aria-pressed", String((button.dataset.command || "im") === said))
  }
}
