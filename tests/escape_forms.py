"""Forty forms of text that a language model may write to make a page or a server fetch, send or open something.

``URL`` stands for an address that counts who asks for it.
"""

URL = "URL"

MARKDOWN = (
    "![x](URL)",
    '![x](URL "title")',
    "[![x](URL)](URL)",
    "[click here](URL)",
    "![x][1a] and [1a]: URL",
    "![][b] [b]: <URL>",
    "<URL>",
    "see URL today",
    "![x](/gradio_api/file=URL)",
    "![x](%2Fgradio_api%2Ffile%3DURL)",
)
IMAGES = (
    "<img src=URL>",
    '<img src="URL" onerror="window.pwned=1">',
    "<IMG SRCSET='URL 1x'>",
    "<picture><source srcset=URL><img></picture>",
    "<video poster=URL src=URL autoplay></video>",
    "<audio src=URL autoplay></audio>",
    "<input type=image src=URL>",
    "<svg><image href=URL /></svg>",
    "<svg><use href=URL#a></use></svg>",
    "<math><mglyph src=URL></math>",
    "<body background=URL>",
    "<img src=/gradio_api/file=URL>",
)
FRAMES = (
    "<iframe src=URL></iframe>",
    "<iframe srcdoc='<img src=URL>'></iframe>",
    "<object data=URL></object>",
    "<embed src=URL>",
    "<script src=URL></script>",
    "<base href=URL>",
    "<meta http-equiv=refresh content='0;url=URL'>",
    "<link rel=stylesheet href=URL>",
    "<link rel=prefetch href=URL>",
    "<a href=URL ping=URL>x</a>",
)
STYLES_AND_FORMS = (
    "<style>@import 'URL';</style>",
    "<style>*{background:url(URL)}</style>",
    "<div style='background:url(URL)'>x</div>",
    "<form action=URL><button>send</button></form>",
    "<button formaction=URL>send</button>",
)
ENCODED = (
    "%3Cimg%20src%3DURL%3E",
    "&lt;img src=URL&gt; &#60;img src=URL&#62;",
    "/gradio_api/file=URL",
)
FORMS = (*MARKDOWN, *IMAGES, *FRAMES, *STYLES_AND_FORMS, *ENCODED)
assert len(set(FORMS)) == 40, len(set(FORMS))
