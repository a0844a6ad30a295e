// <movable-questions> around the questions of a form that is built: one is dragged before another. Without script, and
// by keyboard, the buttons Up, Down, Into and Out do it.
const DRAGGED = "text/x-latchkey-question"

export class MovableQuestions extends HTMLElement {
  #gone = null

  connectedCallback() {
    this.#gone = new AbortController()
    for (const row of this.querySelectorAll("li[data-question]")) row.draggable = true
    for (const [name, act] of [["dragstart", "lift"], ["dragover", "over"], ["dragleave", "leave"], ["drop", "drop"]])
      this.addEventListener(name, (event) => this[act](event), { signal: this.#gone.signal })
  }

  disconnectedCallback() { this.#gone?.abort() }

  lift(event) {
    const row = event.target.closest("li[data-question]")
    event.dataTransfer.setData(DRAGGED, row.dataset.question)
    event.dataTransfer.effectAllowed = "move"
  }

  over(event) {
    const row = event.target.closest("li[data-question]")
    if (!row || !event.dataTransfer.types.includes(DRAGGED)) return
    event.preventDefault()
    row.dataset.over = ""
  }

  leave(event) { delete event.target.closest("li[data-question]")?.dataset.over }

  drop(event) {
    const row = event.target.closest("li[data-question]")
    const moved = event.dataTransfer.getData(DRAGGED)
    if (!row || !moved || moved === row.dataset.question) return
    event.preventDefault()
    const form = this.closest("form")
    this.#carry(form, "do", `place ${moved}`)
    this.#carry(form, "before", row.dataset.question)
    form.submit()
  }

  #carry(form, name, value) {
    const field = document.createElement("input")
    field.type = "hidden"
    field.name = name
    field.value = value
    form.append(field)
  }
}

customElements.define("movable-questions", MovableQuestions)
