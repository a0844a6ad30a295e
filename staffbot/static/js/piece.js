// A piece of a text: plain, a link made by code, a name that is called (U31), a word that was looked for (U114).
export function piece({ text, link, mention, mark }) {
  if (!link && !mention && !mark) return text
  const made = document.createElement(link ? "a" : mark ? "mark" : "span")
  made.textContent = text
  if (link) Object.assign(made, { href: link, rel: "noopener noreferrer", target: "_blank" })
  else if (mention) made.className = "mention"
  return made
}
