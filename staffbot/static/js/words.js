// The words in the box: text, and people as one piece each, bound to their ids (U36). As a line they read `@<id>`.
const box = document.getElementById("box")
const BOUND = /@([0-9a-f]{8}-[0-9a-f-]{27}) ?/gi

// Older browsers: looked after. Without it, too, the box works.
if (box && box.contentEditable !== "plaintext-only") {
  import("./plain.js").catch(() => {}).finally(() => {
    box.contentEditable = "true"
    if (document.activeElement === document.body) box.focus()
  })
}

// The line as the server understands it.
export function line() { return spell(box).replace(/\n$/, "") }

// Of the people bound in it, by id.
export function people() { return Object.fromEntries([...box.querySelectorAll("[data-id]")].map((one) => [one.dataset.id, one.textContent.slice(1)])) }

// How much of the line stands before the caret.
export function caret() {
  const selection = getSelection()
  if (!selection.rangeCount || !box.contains(selection.anchorNode)) return line().length
  const before = selection.getRangeAt(0).cloneRange()
  before.setStart(box, 0)
  return spell(before.cloneContents()).length
}

// Fills the box with a line; `names` are those of the people bound in it.
export function write(text, names = {}) {
  const parts = []
  let done = 0
  for (const found of text.matchAll(BOUND)) {
    const name = names[found[1].toLowerCase()]
    if (!name) continue
    parts.push(text.slice(done, found.index), piece(name, found[1]), found[0].endsWith(" ") ? " " : "")
    done = found.index + found[0].length
  }
  box.replaceChildren(...[...parts, text.slice(done)].filter((part) => part !== ""))
  stand(box, box.childNodes.length)
}

// Puts words, and a person if one is given, in place of what stands from one place of the line to another.
export function replace(from, to, words, person = null) {
  const range = document.createRange()
  range.setStart(...place(from))
  range.setEnd(...place(to))
  range.deleteContents()
  const after = document.createTextNode(person ? " " : words)
  range.insertNode(after)
  if (person) after.before(piece(person.name, person.id))
  box.normalize()
  stand(...place(from + (person ? person.id.length + 2 : words.length)))
}

// Chooses what stands from one place of the line to another: what is typed next takes its place.
export function choose(from, to) {
  const [node, offset] = place(to)
  stand(...place(from))
  getSelection().extend(node, offset)
}

// Puts the caret behind something in the box.
export function behind(node) { stand(box, [...box.childNodes].indexOf(node) + 1) }

// Takes away the beginning of the line; the caret stays where it is among what follows.
export function behead(length) {
  const at = caret()
  replace(0, length, "")
  stand(...place(Math.max(0, at - length)))
}

// Firefox puts the caret inside a person with whom the line begins, where letters go nowhere, and no arrow leads before
// them: the caret belongs before or behind.
document.addEventListener("selectionchange", () => {
  const { isCollapsed, focusNode, focusOffset } = getSelection()
  const person = isCollapsed && box?.contains(focusNode) && (focusNode.closest ? focusNode : focusNode.parentElement).closest(".mention")
  if (person) stand(box, [...box.childNodes].indexOf(person) + (focusOffset > 0 ? 1 : 0))
})
box?.addEventListener("keydown", (event) => {
  const { isCollapsed, focusNode, focusOffset } = getSelection()
  const only = event.key === "ArrowLeft" && isCollapsed && !(event.shiftKey || event.ctrlKey || event.altKey || event.metaKey)
  if (!only || focusOffset > 0 || focusNode.previousSibling !== box.firstChild || !box.firstChild.dataset?.id) return
  event.preventDefault()
  stand(box, 0)
})

function spell(node) {
  let said = ""
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) said += child.data
    else if (child.dataset?.id) said += `@${child.dataset.id}`
    else if (child.tagName === "BR") said += "\n"
    else said += spell(child)
  }
  return said
}

function piece(name, id) {
  const made = document.createElement("span")
  made.className = "mention"
  made.contentEditable = "false"
  made.dataset.id = id
  made.textContent = `@${name}`
  return made
}

// The node and offset of a place in the line; a place inside a person is after them.
function place(at) {
  let left = at
  for (const [number, child] of [...box.childNodes].entries()) {
    const length = child.nodeType === Node.TEXT_NODE ? child.data.length : child.dataset?.id ? child.dataset.id.length + 1 : 1
    if (left <= length && child.nodeType === Node.TEXT_NODE) return [child, left]
    if (left < length) return [box, left === 0 ? number : number + 1]
    left -= length
  }
  return [box, box.childNodes.length]
}

// The caret moves only while one writes here: in an editable box it would take the focus from wherever one is by now.
function stand(node, offset) {
  if (document.activeElement !== box) return
  const range = document.createRange()
  range.setStart(node, offset)
  getSelection().removeAllRanges()
  getSelection().addRange(range)
}
