// A menu that hangs on a button: arrows move, Enter or a press chooses, Esc closes; focus goes back where it came from.
let closing = null

export function openMenu(button, items, label) {
  closing?.()
  const menu = document.createElement("div")
  menu.className = "menu card"
  menu.setAttribute("role", "menu")
  menu.setAttribute("aria-label", label)
  const close = (back = false) => {
    menu.remove()
    button.setAttribute("aria-expanded", "false")
    document.removeEventListener("pointerdown", outside)
    closing = null
    if (back) button.focus()
  }
  const outside = (event) => { if (!menu.contains(event.target) && event.target !== button) close() }
  for (const { label: words, checked, run } of items) {
    const item = document.createElement("button")
    item.type = "button"
    item.setAttribute("role", checked === undefined ? "menuitem" : "menuitemcheckbox")
    if (checked !== undefined) item.setAttribute("aria-checked", String(checked))
    item.tabIndex = -1
    item.textContent = words
    item.addEventListener("click", () => { close(true); run() })
    menu.append(item)
  }
  menu.addEventListener("keydown", (event) => {
    const all = [...menu.children]
    const at = all.indexOf(document.activeElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key]
    if (event.key === "Escape" || event.key === "Tab") { event.preventDefault(); event.stopPropagation(); close(true) }
    else if (to !== undefined) { event.preventDefault(); event.stopPropagation(); all[(to + all.length) % all.length].focus() }
  })
  button.after(menu)
  button.setAttribute("aria-expanded", "true")
  document.addEventListener("pointerdown", outside)
  closing = close
  menu.firstElementChild?.focus()
  const floor = Math.min(innerHeight, button.closest("message-list, conversation-list")?.getBoundingClientRect().bottom ?? innerHeight)
  if (menu.getBoundingClientRect().bottom > floor - 8) menu.classList.add("upward")
}
