"""The layout of a PDF for the record, in typst. What it shows comes as data, and is never read as markup.

The data is one JSON object: ``name``, the title that the file has, and ``foot``, the same at the foot of each page;
``dated``, whether it has a date; ``fonts``, the families in the order in which they are asked for a character; and
``articles``, each on pages of its own, with its ``title``, the ``patient`` at the top of its pages, a text or null, and
its ``blocks``. Each block has its ``kind``:

* ``heading``: ``text`` and ``level``, from 2;
* ``text``: ``runs``, each with ``text`` and any of ``bold italic underline fixed``; ``align``, ``left right center``;
* ``rows``: ``rows``, each with ``label`` and ``blocks``;
* ``list``: ``items``, each a list of blocks;
* ``box``: ``blocks`` that must be seen first.

Source: the reference of typst 0.14, https://typst.app/docs/reference.
"""

from __future__ import annotations

TEMPLATE = r"""
#let data = json(bytes(sys.inputs.data))
#let mono = "DejaVu Sans Mono"
#let edge = rgb("#0b3d66")
#let alarm = rgb("#a00000")
// Read from the left, whatever is in it and beside it: the signs that say so are not part of the text.
#let isolated(shown) = "\u{2066}" + shown + "\u{2069}"

#set document(title: data.name, ..if data.dated { (date: auto) } else { (date: none) })
#set text(lang: "da", region: "DK", size: 10.5pt, font: data.fonts, hyphenate: false, overhang: false)
#set par(leading: 0.62em, spacing: 0.9em, justify: false)
#set page(
  paper: "a4",
  margin: (x: 20mm, top: 24mm, bottom: 20mm),
  footer: context {
    set text(size: 9pt)
    grid(
      columns: (1fr, auto), column-gutter: 1em,
      isolated(data.foot),
      [Side #counter(page).display() af #counter(page).final().first()],
    )
  },
)
#show heading: set text(fill: edge)
#show heading: set block(above: 1.3em, below: 0.6em, sticky: true)
#show heading.where(level: 1): set text(size: 16pt)
#show heading.where(level: 2): set text(size: 12.5pt)
#show heading.where(level: 3): set text(size: 10.5pt)

#let run(it) = {
  let shown = it.text
  if it.at("fixed", default: false) { shown = text(font: (mono, ..data.fonts), size: 0.85em, shown) }
  if it.at("bold", default: false) { shown = strong(shown) }
  if it.at("italic", default: false) { shown = emph(shown) }
  if it.at("underline", default: false) { shown = underline(shown) }
  shown
}

#let draw(blocks) = for it in blocks {
  if it.kind == "heading" { heading(level: it.level, it.text) }
  if it.kind == "text" {
    let lines = par(it.runs.map(run).sum(default: []))
    if it.align == "left" { lines } else { align(if it.align == "right" { right } else { center }, lines) }
  }
  if it.kind == "rows" {
    grid(
      columns: (35mm, 1fr), column-gutter: 4mm, row-gutter: 0.7em,
      ..it.rows.map(row => (text(fill: luma(70), row.label), draw(row.blocks))).flatten(),
    )
  }
  if it.kind == "list" { enum(..it.items.map(draw)) }
  if it.kind == "box" {
    block(width: 100%, stroke: (left: 4pt + alarm, rest: 0.8pt + alarm), inset: 6pt, draw(it.blocks))
  }
}

#let head(patient) = if patient != none {
  set text(size: 9pt, weight: "bold")
  layout(size => {
    let shown = block(width: size.width, isolated(patient))
    let room = if measure(shown).height > 9mm { (height: 9mm, clip: true) }
    block(width: 100%, stroke: (bottom: 0.5pt), inset: (bottom: 3pt), block(..room, align(top, shown)))
  })
}

#for article in data.articles {
  set page(header: head(article.patient))
  heading(level: 1, article.title)
  draw(article.blocks)
}
"""

PROBE = r"""
#let data = json(bytes(sys.inputs.data))
#set document(title: "characters", date: none)
#set text(lang: "da", font: data.fonts)
#for it in data.characters { par(it) }
"""
"""Each of the ``characters`` of the data on a line of its own."""
