// Plain text in the box where the browser cannot keep it so by itself (Firefox before 136): no looks come along with
// what is pasted, none are made by keys, and a new line is one.
import { behind } from "./words.js"

const box = document.getElementById("box")

box.addEventListener("beforeinput", (event) => {
  if (event.inputType.startsWith("format")) event.preventDefault()
  if (event.inputType !== "insertParagraph") return
  event.preventDefault()
  breakLine()
  box.dispatchEvent(new InputEvent("input", { bubbles: true }))
})

box.addEventListener("paste", (event) => {
  if (event.defaultPrevented) return // files
  event.preventDefault()
  const lines = event.clipboardData.getData("text/plain").split(/\r\n?|\n/)
  for (const [number, line] of lines.entries()) {
    if (number) breakLine()
    if (line) document.execCommand("insertText", false, line)
  }
  box.dispatchEvent(new InputEvent("input", { bubbles: true }))
})

// A break at the end is seen only with another one behind it, which is no part of the line.
function breakLine() {
  const range = getSelection().getRangeAt(0)
  const made = document.createElement("br")
  range.deleteContents()
  range.insertNode(made)
  box.normalize()
  if (!made.nextSibling) made.after(document.createElement("br"))
  behind(made)
}
