// <draft-card>: what will go, to whom, at what cost. Nothing leaves before Send; a double Enter never sends (U47, U48).
import { live } from "./live.js"
import { file, paragraph } from "./rows.js"
import { say } from "./say.js"

const DEAF = 400 // ms after it appears in which Enter counts as part of the typing

export class DraftCard extends HTMLElement {
  #draft = null
  #shown = 0
  back = () => {}
  sent = () => {}

  show(draft) {
    this.#draft = draft
    this.#shown = performance.now()
    this.replaceChildren(this.#card(draft))
    this.hidden = false
    this.querySelector(".btn-main").focus()
    say(`Check before it goes: ${draft.kind_words} to ${draft.recipients.map((one) => one.name).join(", ")}`)
  }

  connectedCallback() {
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.preventDefault(); this.#cancel() }
      else if (event.key === "Enter" && (event.repeat || performance.now() - this.#shown < DEAF)) event.preventDefault()
      else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.#confirm() }
    })
  }

  async #confirm() {
    if (performance.now() - this.#shown < DEAF) return
    const button = this.querySelector(".btn-main")
    button.disabled = true
    try {
      const message = await live.ask("command.confirm", { draft: this.#draft.id })
      this.#close()
      this.sent(message)
    } catch (error) {
      if (error.draft) this.show(error.draft)
      else button.disabled = false
      this.#problem(error.message)
    }
  }

  async #cancel() {
    const draft = this.#draft
    this.#close()
    this.back(draft)
    live.ask("command.cancel", { draft: draft.id }).catch(() => {})
  }

  #close() {
    this.hidden = true
    this.replaceChildren()
  }

  #problem(text) {
    this.querySelector(".problem")?.remove()
    const said = paragraph(text, "problem")
    said.setAttribute("role", "alert")
    this.querySelector(".check-go").before(said)
  }

  #card(draft) {
    const card = document.createElement("section")
    card.className = "check"
    card.setAttribute("role", "dialog")
    card.setAttribute("aria-label", "Check before it goes")
    const top = document.createElement("div")
    top.className = "check-top"
    const title = document.createElement("h2")
    title.textContent = "Check before it goes"
    const kind = document.createElement("span")
    kind.className = `kind kind-${draft.command}`
    kind.textContent = draft.kind_words
    top.append(title, kind)
    const inside = document.createElement("div")
    inside.className = "check-in"
    inside.append(this.#what(draft), this.#facts(draft))
    card.append(top, inside, this.#buttons())
    return card
  }

  #what(draft) {
    const part = document.createElement("div")
    for (const one of draft.recipients) {
      const who = paragraph("", "who")
      const name = document.createElement("b")
      name.textContent = one.name
      const detail = document.createElement("span")
      detail.className = "soft"
      detail.textContent = one.detail
      who.append(name, detail)
      part.append(who)
    }
    if (draft.form) part.append(paragraph(draft.form, "subject"))
    if (draft.subject) part.append(paragraph(draft.subject, "subject"))
    if (draft.received) part.append(paragraph(draft.received, "quote received"))
    for (const one of draft.attachments) part.append(file(one))
    return part
  }

  #facts(draft) {
    const part = document.createElement("div")
    const facts = document.createElement("div")
    facts.className = "facts"
    for (const one of draft.recipients) {
      for (const { channel, to } of one.channels) {
        const words = draft.command === "sms" || draft.command === "email" ? "To" : channel === "email" ? "Link to" : "Code to"
        facts.append(paragraph(`${words} ${to}`))
      }
    }
    if (draft.until_words) facts.append(paragraph(`Open until ${draft.until_words}`))
    if (draft.credits) facts.append(paragraph(`${draft.segments > 1 ? `${draft.segments} texts, ` : ""}${draft.credits} credit${draft.credits > 1 ? "s" : ""}, ${draft.balance_after} left after it`))
    else facts.append(paragraph("No credits"))
    part.append(facts)
    for (const one of draft.warnings) part.append(paragraph(one.message, "note"))
    return part
  }

  #buttons() {
    const row = document.createElement("div")
    row.className = "check-go"
    const send = document.createElement("button")
    send.type = "button"
    send.className = "btn btn-main"
    send.textContent = "Send"
    send.addEventListener("click", () => this.#confirm())
    const edit = document.createElement("button")
    edit.type = "button"
    edit.className = "btn"
    edit.textContent = "Edit"
    edit.addEventListener("click", () => this.#cancel())
    const hint = document.createElement("span")
    hint.className = "end"
    hint.textContent = `Undo for ${document.querySelector(".app").dataset.undo} s`
    row.append(send, edit, hint)
    return row
  }
}

customElements.define("draft-card", DraftCard)
