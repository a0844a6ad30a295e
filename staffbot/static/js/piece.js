// A piece of a text: plain, a link made by code, a name that is called (U31).
export function piece({ text, link, mention }) {
  if (!link && !mention) return text
  const made = document.createElement(link ? "a" : "span")
  made.textContent = text
  if (link) Object.assign(made, { href: link, rel: "noopener noreferrer", target: "_blank" })
  else made.className = "mention"
  return made
}
