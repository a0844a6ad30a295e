// What a command has to say, over the box: words, or a list of things to go to.
import { paragraph } from "./rows.js"
import { piece } from "./shown.js"

const place = document.getElementById("done")

export class Answer {
  constructor(insert) { this.insert = insert }

  close() { place.hidden = true }

  show(text, items) {
    place.replaceChildren(items.length ? this.#list(items) : paragraph(text), this.#closing())
    place.hidden = false
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

  #example(text) {
    const button = document.createElement("button")
    button.type = "button"
    button.className = "btn btn-s btn-quiet"
    button.textContent = text
    button.addEventListener("click", () => { this.close(); this.insert(text) })
    return button
  }

  #closing() {
    const button = document.createElement("button")
    button.type = "button"
    button.className = "btn btn-s"
    button.textContent = "Close"
    button.addEventListener("click", () => { this.close(); document.getElementById("box").focus() })
    return button
  }
}
