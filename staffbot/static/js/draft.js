// <draft-card>: what will go, to whom, at what cost. Nothing leaves before Send; a double Enter never sends (U47-U50).
import { Decisions } from "./decisions.js"
import { live } from "./live.js"
import { file, iconed, marked, paragraph } from "./rows.js"
import { say } from "./say.js"

const DEAF = 400 // ms after it appears in which Enter counts as part of the typing
const TYPING = 1500 // ms after a letter that was meant for the box: the space or Enter behind it sends nothing

function asPatient({ title, url }) {
  const link = document.createElement("a")
  Object.assign(link, { href: url, target: "_blank", rel: "noopener", textContent: "See it as a patient" })
  link.setAttribute("aria-label", `See ${title} as a patient`)
  return link
}

const hold = (draft) => (draft.hold ? `Undo for ${draft.hold} s` : "Goes at once")

export class DraftCard extends HTMLElement {
  #draft = null
  #hearing = 0 // the timer that ends its deafness
  #decisions = null
  #plan = undefined // the words for the time that was chosen
  back = () => {}
  sent = () => {}
  planned = () => {}
  instead = () => {}

  show(draft) {
    this.#draft = draft
    this.#plan = undefined
    this.#deafen()
    this.#decisions = new Decisions(draft, { changed: () => this.#decided(), lock: () => this.#lock() })
    this.replaceChildren(this.#card(draft))
    this.hidden = false
    this.#decided()
    this.#reachable()
    this.querySelector(this.#decisions.open ? ".check-decide button, .check-decide input" : ".btn-main").focus()
    say(`Check before it goes: ${draft.kind_words} to ${draft.recipients.map((one) => one.name).join(", ")}`)
  }

  constructor() {
    super()
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); this.#cancel() }
      else if (event.key === "Enter" && (event.repeat || this.#deaf)) event.preventDefault()
      else if (this.#meantForTheBox(event)) this.#typedOn()
      else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.#confirm() }
    })
  }

  get #deaf() { return "deaf" in this.dataset }

  #deafen(ms = DEAF) {
    clearTimeout(this.#hearing)
    this.dataset.deaf = ""
    this.#hearing = setTimeout(() => delete this.dataset.deaf, ms)
  }

  #meantForTheBox({ key, ctrlKey, metaKey, altKey, target }) {
    return [...key].length === 1 && key !== " " && !ctrlKey && !metaKey && !altKey && !target.matches("input")
  }

  // Who writes on has not looked at it yet.
  #typedOn() {
    this.#deafen(TYPING)
    if (!this.querySelector(".problem")) this.#problem("What you type now is not in it. Press Edit to write on.")
  }

  get #send() { return this.querySelector(".go") }

  async #confirm() {
    if (this.#deaf || this.#decisions.open) return
    this.#send.disabled = true
    try {
      const result = await live.ask("command.confirm", { draft: this.#draft.id, decided: this.#decisions.made })
      const draft = this.#draft
      this.#close()
      if (result.planned) this.planned(result.planned)
      else this.sent(result, draft)
    } catch (error) {
      if (error.draft) this.show(error.draft)
      this.#send.disabled = this.#decisions.open
      this.#problem(error.message)
    }
  }

  #cancel() {
    const { id } = this.#draft
    this.#close()
    this.back()
    live.ask("command.cancel", { draft: id }).catch(() => {})
  }

  // The same words behind the lock instead: a new card, once looked at, sends them as a Direct Message (U44).
  #lock() {
    const { id, recipients, subject, text, attachments } = this.#draft
    this.#close()
    live.ask("command.cancel", { draft: id }).catch(() => {})
    this.instead(`/dm ${recipients.map((one) => `@${one.id}`).join(", ")} ${subject ? `${subject}\n\n` : ""}${text}`, attachments.map((one) => one.id))
  }

  #close() {
    this.hidden = true
    this.replaceChildren()
  }

  #decided() {
    this.#asPlanned(this.#decisions.planned)
    this.#send.disabled = this.#decisions.open
    if (this.#decisions.open) this.#send.setAttribute("aria-describedby", this.#decisions.reasons)
    else this.#send.removeAttribute("aria-describedby")
  }

  // The card of what would go at the time that was chosen, or of the words as they stand.
  #asPlanned(plan) {
    if (this.#plan === plan?.words) return
    this.#plan = plan?.words
    const draft = this.#draft
    const then = plan && { ...draft, segments: plan.segments, credits: plan.credits, balance_after: draft.balance_after + draft.credits - plan.credits }
    this.querySelector(".check-in").replaceChildren(this.#what(draft, plan?.front), this.#facts(then ?? draft))
    this.#reachable()
    this.querySelector(".check-go .end").textContent = plan ? plan.words : hold(draft)
  }

  // What is longer than its place is scrolled by keys, too.
  #reachable() {
    const text = this.querySelector(".received")
    if (text && text.scrollHeight > text.clientHeight) text.tabIndex = 0
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
    card.setAttribute("aria-labelledby", "check-title")
    const top = document.createElement("div")
    top.className = "check-top"
    const title = document.createElement("h2")
    title.id = "check-title"
    title.textContent = "Check before it goes"
    top.append(title, iconed(draft.command, draft.kind_words, `kind kind-${draft.command}`))
    const inside = document.createElement("div")
    inside.className = "check-in"
    inside.append(this.#what(draft), this.#facts(draft))
    card.append(top, inside, this.#decisions.element, this.#buttons(draft))
    return card
  }

  // `front` does not go.
  #what(draft, front = "") {
    const rest = (text) => (text.startsWith(front) ? text.slice(front.length) : text)
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
      if (one.received) part.append(marked(rest(one.received), this.#decisions.seen, "quote received"))
    }
    for (const one of draft.forms) part.append(paragraph(one.title, "subject"), asPatient(one))
    if (draft.subject) part.append(marked(rest(draft.subject), this.#decisions.seen, "subject"))
    const each = draft.recipients.some((one) => one.received)
    if (draft.received && !each) part.append(marked(draft.subject ? draft.received : rest(draft.received), this.#decisions.seen, "quote received"))
    for (const one of draft.attachments) part.append(file(one))
    return part
  }

  #facts(draft) {
    const part = document.createElement("div")
    const facts = document.createElement("div")
    facts.className = "facts"
    const open = draft.command === "sms" || draft.command === "email"
    for (const { channels } of draft.recipients) {
      for (const { channel, to } of channels) facts.append(iconed(channel, `${open ? "To" : channel === "email" ? "Link to" : "Code to"} ${to}`))
    }
    if (draft.until_words) facts.append(iconed("clock", `Open until ${draft.until_words}`))
    if (draft.sensitive) facts.append(iconed("direct", "Sensitive: opens with their PIN, too"))
    const credits = `${draft.credits} credit${draft.credits === 1 ? "" : "s"}${open ? "" : " held"}, ${draft.balance_after} left`
    facts.append(iconed("coin", draft.credits ? `${draft.segments > 1 ? `${draft.segments} texts, ` : ""}${credits}` : "No credits"))
    part.append(facts)
    for (const one of draft.warnings.filter((warning) => !warning.decide.length)) part.append(paragraph(one.message, "note"))
    return part
  }

  #buttons(draft) {
    const row = document.createElement("div")
    row.className = "check-go"
    const button = (words, look, press) => {
      const made = document.createElement("button")
      made.type = "button"
      made.className = look
      made.textContent = words
      made.addEventListener("click", press)
      row.append(made)
      return made
    }
    button("Send", this.#decisions.locking ? "btn go" : "btn btn-main go", () => this.#confirm())
    button("Edit", "btn", () => this.#cancel())
    if (draft.seen.length) {
      const seen = button("Show what they see", "btn btn-quiet", () => {
        const shown = this.querySelector(".check-seen")
        if (shown) shown.remove()
        else row.before(this.#seen(draft.seen))
        seen.setAttribute("aria-expanded", String(!shown))
      })
      seen.setAttribute("aria-expanded", "false")
    }
    const hint = document.createElement("span")
    hint.className = "end"
    hint.textContent = hold(draft)
    row.append(hint)
    return row
  }

  #seen(halves) {
    const part = document.createElement("div")
    part.className = "check-seen"
    part.tabIndex = 0
    part.setAttribute("role", "group")
    part.setAttribute("aria-label", "What they see")
    for (const { channel, subject, text } of halves) {
      const half = document.createElement("section")
      const title = document.createElement("h3")
      title.textContent = channel === "email" ? `Email: ${subject}` : subject ? "Text, by itself" : "Text, when they ask for a code"
      half.append(title, paragraph(text, "received"))
      part.append(half)
    }
    return part
  }
}

customElements.define("draft-card", DraftCard)
