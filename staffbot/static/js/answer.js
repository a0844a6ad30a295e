// What a command has to say, over the box: words, or a list of things to go to.
import { paragraph } from "./rows.js"
import { say } from "./say.js"
import { piece } from "./shown.js"

const place = document.getElementById("done")

export class Answer {
  constructor(insert) { this.insert = insert }

  close() { place.hidden = true }

  show(text, items) {
    place.replaceChildren(items.length ? this.#list(items) : paragraph(text), this.#closing())
    place.hidden = false
    say(items.length ? `${items.length} found, above the box` : text)
  }

  offer(text, words, press) {
    place.replaceChildren(paragraph(text), this.#button(words, "btn btn-s", () => { this.close(); press() }))
    place.hidden = false
    say(text)
  }

  #list(items) {
    const list = document.createElement("ul")
    list.className = "found"
    for (const one of items) {
      const row = document.createElement("li")
      const name = document.createElement(one.href ? "a" : "b")
      if (one.href) name.href = one.href
      name.append(...(one.pieces?.length ? one.pieces : [{ text: one.text }]).map(piece))
      row.append(name)
      if (one.detail) row.append(paragraph(one.detail, "soft"))
      for (const example of one.examples ?? []) row.append(this.#example(example))
      list.append(row)
    }
    return list
  }

  #example(text) { return this.#button(text, "btn btn-s btn-quiet", () => { this.close(); this.insert(text) }) }

  #closing() { return this.#button("Close", "btn btn-s", () => { this.close(); document.getElementById("box").focus() }) }

  #button(words, look, press) {
    const button = document.createElement("button")
    button.type = "button"
    button.className = look
    button.textContent = words
    button.addEventListener("click", press)
    return button
  }
}
