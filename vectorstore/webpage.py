"""An HTML page as the text a reader sees and what the page states about itself.

Runs in the parsing child (see ``documents``); ignorant of paths. trafilatura finds the article's body. What the page
states is read here, because trafilatura fills gaps with guesses: a day found in prose, a publisher from the URL.
"""

import codecs
import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import trafilatura
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from vectorstore.errors import InputError
from vectorstore.plainfile import decode, without_surrogates
from vectorstore.stated import Fields, stated_author, stated_day

_DECLARED = re.compile(
    rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{1,80}encoding=[\"']([\w.:-]+)", re.IGNORECASE
)
_DECLARED_WITHIN = 4_096  # bytes; browsers look in the first 1,024
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What browsers read these labels as: https://encoding.spec.whatwg.org/#names-and-labels
_READ_AS = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "euc_kr": "cp949", "utf-16": "utf-8", "utf-16-le": "utf-8", "utf-16-be": "utf-8",
}  # fmt: skip

_UNSEEN_TAGS = frozenset("script style template noscript iframe object embed canvas svg audio video datalist".split())  # noqa: SIM905
_UNSEEN_CLASSES = frozenset({"sr-only", "visually-hidden", "screen-reader-text", "visuallyhidden", "screenreader"})
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|content-visibility\s*:\s*hidden"
    r"|(?:opacity|font-size)\s*:\s*0*\.?0+(?:px|pt|r?em|%)?\s*(?:[;!]|$)|color\s*:\s*transparent"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*0",
    re.IGNORECASE,
)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_AT_RULE = re.compile(r"@[^{};]*(?:;|\{(?:[^{}]|\{[^{}]*\})*\})")  # @media print { .x { display: none } }
_CSS_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIMPLE_SELECTOR = re.compile(r"([a-z0-9]*)([.#])([\w-]+)", re.IGNORECASE)

_SHORT = 250  # characters; for less trafilatura falls back on rules that break lines at links and bold words
_BLOCKS = frozenset(
    "address article aside blockquote body br dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6"  # noqa: SIM905
    " header hr li main nav ol p pre section table td th tr ul".split()
)
_AROUND = frozenset("nav header footer aside form button menu select head".split())  # noqa: SIM905

_TITLE_NAMES = (
    "og:title",
    "citation_title",
    "dc.title",
    "dcterms.title",
    "parsely-title",
    "sailthru.title",
    "headline",
)
_DAY_NAMES = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "article.published",
    "parsely-pub-date", "sailthru.date", "citation_publication_date", "citation_date", "dc.date.issued",
    "dcterms.issued", "dcterms.date", "dc.date", "publication_date", "publish-date", "publish_date", "publishdate",
    "published_time", "pubdate", "pdate", "ptime", "date",
)  # fmt: skip
_AUTHOR_NAMES = (
    "author",
    "article:author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
)
_PUBLISHER_NAMES = ("og:site_name", "publisher", "dc.publisher", "dcterms.publisher", "article:publisher")
_ARTICLE_TYPE = re.compile(r"Article|BlogPosting|^Report$")
_NO_TITLE = re.compile(r"untitled.*|(?:new )?(?:document|page)\W*\d*|home(?:page)?|index", re.IGNORECASE)


def read_html(data: bytes) -> Fields:
    """``text`` and what the page states of title, published, author, publisher, url and section.

    Raises ``InputError`` (without the file's name) where there is no visible text.
    """
    try:
        tree = document_fromstring(_decode(data).encode(), parser=HTMLParser(encoding="utf-8", huge_tree=True))
    except etree.ParserError:
        raise InputError("holds no visible text; remove it") from None
    article = _json_ld(tree)
    hiding = _hiding_selectors(tree)
    head = {name: tag.get("content", "") for tag in reversed(tree.findall(".//meta")) for name in _meta_names(tag)}
    url = _url(tree, head, article)
    _remove_unseen(tree, hiding)
    fields = _stated(tree, head, article) | {"url": url}
    text = trafilatura.extract(tree, include_comments=False) or ""
    if len(text) < _SHORT:
        text = _visible_text(tree)
    return {name: value for name, value in fields.items() if value} | {"text": text}


def _decode(data: bytes) -> str:
    """The page as text: byte order mark, then the declared charset, then what fits. NULs become U+FFFD, as in HTML."""
    declared = _DECLARED.search(data, 0, _DECLARED_WITHIN)
    if declared and not data.startswith(_BOMS):
        try:
            name = codecs.lookup((declared[1] or declared[2]).decode()).name
        except LookupError:  # a charset that nobody knows: as if none were declared
            pass
        else:
            return without_surrogates(data.decode(_READ_AS.get(name, name), "replace").replace("\0", "\ufffd"))
    return decode(data)


# --- hidden text ---


def _hiding_selectors(tree: HtmlElement) -> set[tuple[str, str, str]]:
    """(tag or "", "." or "#", name) for each plain class or id that a style sheet in the page hides."""
    found: set[tuple[str, str, str]] = set()
    for style in tree.iter("style"):
        sheet = _CSS_AT_RULE.sub("", _CSS_COMMENT.sub("", style.text or ""))
        for selectors, declarations in _CSS_RULE.findall(sheet):
            if _HIDING.search(declarations):
                simple = (_SIMPLE_SELECTOR.fullmatch(selector.strip()) for selector in selectors.split(","))
                found.update((match[1].lower(), match[2], match[3]) for match in simple if match)
    return found


def _remove_unseen(tree: HtmlElement, hiding: set[tuple[str, str, str]]) -> None:
    """Take out of the tree what a browser does not show, comments and data attributes too."""
    for element in list(tree.iter()):
        if not isinstance(element.tag, str):  # a comment or a processing instruction
            if element.getparent() is not None:
                element.drop_tree()
        elif element.tag not in {"html", "head", "body"} and _is_unseen(element, hiding):
            element.drop_tree()
        else:
            for name in [name for name in element.attrib if name.startswith("data-")]:
                del element.attrib[name]


def _is_unseen(element: HtmlElement, hiding: set[tuple[str, str, str]]) -> bool:
    tag = element.tag
    if tag in _UNSEEN_TAGS or element.get("hidden") is not None or element.get("aria-hidden", "").lower() == "true":
        return True
    if tag == "dialog" and element.get("open") is None:
        return True
    if _HIDING.search(_CSS_COMMENT.sub("", element.get("style", ""))):
        return True
    classes = element.get("class", "").split()
    if not _UNSEEN_CLASSES.isdisjoint(classes):
        return True
    names = [(".", name) for name in classes] + [("#", element.get("id", ""))]
    return any((of, kind, name) in hiding for kind, name in names for of in ("", tag))


def _visible_text(tree: HtmlElement) -> str:
    """The text of a page too short to tell body from surroundings: all blocks, one a line, navigation left out."""
    body = next((found for tag in ("article", "main", "body") if (found := tree.find(f".//{tag}")) is not None), tree)
    for element in list(body.iter()):
        if element.tag in _AROUND and element is not body:
            element.drop_tree()
            continue
        if element.tag != "pre":
            element.text = re.sub(r"\s+", " ", element.text or "")
        element.tail = re.sub(r"\s+", " ", element.tail or "")
        if element.tag in _BLOCKS:
            element.text, element.tail = "\n" + element.text, "\n" + element.tail
    lines = (" ".join(line.split()) for line in body.text_content().split("\n"))
    return "\n".join(line for line in lines if line)


# --- what the page states ---


def _meta_names(tag: HtmlElement) -> list[str]:
    names = (tag.get("property"), tag.get("name"), tag.get("itemprop"))
    return [name.strip().lower() for name in names if name and tag.get("content", "").strip()]


def _json_ld(tree: HtmlElement) -> dict[str, Any]:
    """The first article among the page's JSON-LD objects, its references to other objects resolved one level deep."""
    nodes: list[dict[str, Any]] = []
    for script in tree.xpath('.//script[@type="application/ld+json"]'):
        try:
            nodes += _objects(json.loads(script.text or "", strict=False))
        except (ValueError, RecursionError):  # broken JSON states nothing
            continue
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    for node in nodes:
        if any(_ARTICLE_TYPE.search(str(kind)) for kind in _as_list(node.get("@type"))):
            return {
                key: by_id.get(value.get("@id"), value) if isinstance(value, dict) and len(value) == 1 else value
                for key, value in node.items()
            }
    return {}


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    for item in _as_list(value):
        if isinstance(item, dict):
            yield item
            yield from _objects(item.get("@graph"))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _names(value: Any) -> str:
    """The text of a JSON-LD value: a string, an object's name, or several of them."""
    parts = (part.get("name") if isinstance(part, dict) else part for part in _as_list(value))
    return ", ".join(_line(part) for part in parts if isinstance(part, str) and part.strip())


def _line(value: str) -> str:
    return " ".join(unescape(value).split())


def _stated(tree: HtmlElement, head: dict[str, str], article: dict[str, Any]) -> Fields:
    publishers = [_names(article.get("publisher")), *(head.get(name, "") for name in _PUBLISHER_NAMES)]
    publisher = next((_line(name) for name in publishers if name and not re.search(r"https?:|^@", name)), "")
    days = [_names(article.get("datePublished")), *(head.get(name, "") for name in _DAY_NAMES)]
    authors = [_names(article.get("author")), *(head.get(name, "") for name in _AUTHOR_NAMES)]
    authors.append(", ".join(dict.fromkeys(_texts(tree, '//*[@rel="author" or @itemprop="author"]'))))
    author = next(filter(None, (stated_author(_line(author)) for author in authors)), "")
    return {
        "title": _title(tree, head, article, (publisher, author)),
        "published": next(filter(None, map(_day, days)), "") or _shown_day(tree),
        "author": author,
        "publisher": publisher,
        "section": _names(_as_list(article.get("articleSection"))[:1]) or _line(head.get("article:section", "")),
    }


def _title(tree: HtmlElement, head: dict[str, str], article: dict[str, Any], signatures: tuple[str, str]) -> str:
    headings = _texts(tree, "//h1")
    titles = [_names(article.get("headline")), *(head.get(name, "") for name in _TITLE_NAMES)]
    titles += headings if len(headings) == 1 else []
    titles += _texts(tree, "//head/title")
    for stated_title in titles:
        title = _line(stated_title)
        for signature in filter(None, signatures):  # "Ministers offer to quit - Jane Doe | The Daily"
            title = re.sub(rf"\s+[|\u2013\u2014\xb7:-]+\s+{re.escape(signature)}$", "", title, flags=re.IGNORECASE)
        if title and title not in signatures and not _NO_TITLE.fullmatch(title):
            return title
    return ""


def _texts(tree: HtmlElement, path: str) -> list[str]:
    return [text for element in tree.xpath(path) if (text := " ".join(element.text_content().split()))]


def _day(value: str) -> str:
    compact = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:\d{6})?", value.strip())
    return stated_day("-".join(compact.groups()) if compact else value)


def _shown_day(tree: HtmlElement) -> str:
    """The one day that the page's visible publication marks give, or "" where they differ or there is none."""
    marks = tree.xpath('//*[@itemprop="datePublished"] | //time[@pubdate]') or tree.xpath(
        "//time[@datetime][not(ancestor::aside or ancestor::footer or ancestor::nav)]"
        '[not(contains(@class, "updat") or contains(@class, "modif") or @itemprop="dateModified")]'
    )
    days = {_day(mark.get("datetime") or mark.get("content") or mark.text_content()) for mark in marks}
    return days.pop() if len(days) == 1 else ""


def _url(tree: HtmlElement, head: dict[str, str], article: dict[str, Any]) -> str:
    """The absolute address that the page states for itself."""
    page = article.get("mainEntityOfPage")
    links = [link.get("href", "") for link in tree.xpath('//link[@rel="canonical"]')]
    links += [head.get("og:url", ""), page.get("@id") if isinstance(page, dict) else page, article.get("url")]
    return next(
        (link.strip() for link in links if isinstance(link, str) and re.fullmatch(r"\s*https?://\S+\s*", link)), ""
    )
