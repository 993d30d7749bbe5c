"""Messages that no one wrote: absence notices, delivery failures, "we have received your request".

Only what a message begins with counts: people quote such texts in the middle of a problem.
"""

from __future__ import annotations

import regex

from kb.mail.lines import bare
from kb.mail.patterns import one_of

_MAX_CHARS = 2500
"""Longer messages hold more than a notice."""
_BEGINNING = 220
_GREETING = regex.compile(
    r"^(?:(?:hi|hello|dear|good (?:morning|day|afternoon))\b[^,.!\n:،]{0,40}[,.!:،]?"
    rf"|[^,.!:。\n]{{0,10}}(?:您好|你好)[,.!:。~ ]*|尊敬的[^,:]{{0,12}}[,:]"
    rf"|{one_of('سلام', 'با سلام', 'با سلام و احترام', 'سلام و احترام', 'با درود')}"
    rf"(?: {one_of('وقت بخیر', 'روز بخیر', 'همراه گرامی', 'کاربر گرامی', 'مشتری گرامی')})?[,.!:،]*"
    rf"|{one_of('کاربر گرامی', 'مشتری گرامی', 'همراه گرامی', 'دوست عزیز')}"
    r"(?:[^,.!:،]{0,20}[,.!:،]+)?"
    r")\s*"
)

_FAILED = one_of("ناموفق بود", "تحویل داده نشد", "انجام نشد", "برگشت خورد", "شکست خورد")
_FIRST_WORDS = regex.compile(
    # labels of mail programs and help desks
    r"^[\[(*【]*(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response|responder)|out of (?:the )?"
    r"office|automated (?:reply|response|message)|自动回复|自动答复|系统自动回复"
    rf"|{one_of('پاسخ خودکار', 'پیام خودکار', 'پاسخگوی خودکار')})[\])*】]*\s?(?:[:.!-]|$|\s)"
    r"|^this is an auto(?:mated|matic|matically generated)\b"
    r"|^(?:please )?do not reply to this (?:e-?mail|message)"
    r"|^this (?:e-?mail|message) was (?:sent|generated|created) automatically"
    rf"|^{bare('این')} (?:{bare('یک')} )?{one_of('پیام', 'ایمیل', 'پاسخ')} "
    rf"{one_of('خودکار', 'به صورت خودکار', 'به‌طور خودکار', 'بصورت خودکار')}"
    r"|^(?:这是(?:一封)?|此邮件为|本邮件为|此邮件由)(?:系统)?自动"
    # delivery failures
    r"|^(?:delivery (?:has failed|status notification|to the following recipient)"
    r"|mail delivery (?:failed|system|subsystem)|undeliver(?:ed|able)\b|returned mail"
    r"|your (?:message|e-?mail) (?:to .{1,80} )?(?:couldn't|could not|wasn't|was not|has not been)"
    r" (?:be )?(?:delivered|sent)|address not found|this is the mail system at host"
    r"|this message was created automatically by mail delivery"
    r"|i'm sorry to have to inform you that your message could not)"
    r"|^(?:系统退信|退信通知|邮件(?:发送失败|被退回|投递失败|无法投递)"
    r"|(?:很?抱歉,?)?您的邮件(?:被退回|无法|未能))"
    rf"|^{one_of('تحویل', 'ارسال')} {one_of('ایمیل', 'پیام')}.{{0,40}}{_FAILED}"
    rf"|^{one_of('ایمیل شما', 'پیام شما')}.{{0,40}}{_FAILED}"
)
_REGISTERED = one_of(
    "دریافت شد", "ثبت شد", "ثبت گردید", "دریافت گردید", "ایجاد شد", "دریافت کردیم",
    "به دست ما رسید", "در صف بررسی",
)  # fmt: skip
_RECEIVED = regex.compile(
    r"^(?:thank you for (?:contacting|reaching out|your (?:e-?mail|message|request|inquiry))\b"
    r".{0,80}(?:we (?:have |'ve )?(?:received|got) (?:it|your)|(?:has|have) been received"
    r"|will (?:get back|reply|respond)|a ticket|your (?:ticket|request|case))"
    r"|(?:we(?: have|'ve)? (?:successfully )?received your|we have logged your) "
    r"(?:request|message|e-?mail|ticket|inquiry|enquiry|case)"
    r"|your (?:support )?(?:request|ticket|case|message|e-?mail|inquiry)\b.{0,60}?"
    r"(?:has|have) been (?:received|created|opened|registered|logged|assigned|submitted)"
    r"|a (?:new )?(?:support )?(?:ticket|case|request)\b.{0,40}has been (?:created|opened))"
    r"|^(?:我们)?(?:已经?)?(?:收到|受理)了?您的(?:邮件|来信|请求|工单|反馈|咨询|消息).{0,60}"
    r"(?:尽快|工单|编号|工作日|小时|稍后|处理)"
    r"|^(?:感谢|谢谢)您?的?(?:来信|来电|联系|反馈|咨询).{0,40}(?:收到|尽快|工单|稍后)"
    r"|^您的(?:工单|请求|邮件|来信|反馈|问题|咨询).{0,40}"
    r"已(?:经)?(?:收到|创建|提交|受理|生成|登记)"
    rf"|^{one_of('درخواست', 'تیکت', 'پیام', 'ایمیل', 'نامه')} (?:{bare('پشتیبانی')} )?{bare('شما')}"
    rf".{{0,60}}{_REGISTERED}"
    rf"|^{one_of('از تماس شما', 'از پیام شما', 'از ایمیل شما', 'ممنون از تماس', 'با تشکر از تماس')}"
    rf".{{0,120}}(?:{_REGISTERED}|{one_of('به زودی', 'پاسخ خواهیم داد', 'در اسرع وقت')})"
)
_AWAY = regex.compile(
    r"\b(?:i am|i'm|i will be|i'll be)\b.{0,40}\b(?:out of (?:the )?office|on (?:\w+ )?leave|away"
    r"|on (?:annual )?(?:holiday|vacation)|travell?ing|not in the office|out until)\b"
    r"|(?:我|本人)(?:目前|现在|正在|将)?.{0,16}(?:不在办公室|休假|出差|年假|外出|放假|度假)"
    rf"|{one_of('در مرخصی', 'خارج از دفتر', 'در محل کار نیستم', 'در ماموریت', 'مرخصی هستم')}"
)
_BACK = regex.compile(
    r"\b(?:will (?:reply|respond|answer|get back|return|be back)|(?:up)?on my return|when i return"
    r"|limited (?:access|e-?mail)|no access to (?:my )?e-?mail|(?:in|for) urgent|if (?:it is|it's"
    r"|this is|your \w+ is) urgent|please contact|in my absence|for immediate)\b"
    r"|(?:回来后|回复您|回覆|紧急|急事|如有急|请联系|返回后|无法及时|不能及时|尽快回复)"
    rf"|{one_of('پس از بازگشت', 'بعد از بازگشت', 'در صورت فوریت', 'موارد ضروری', 'موارد فوری')}"
    rf"|{one_of('پاسخ خواهم داد', 'پاسخ می‌دهم', 'تماس بگیرید', 'دسترسی محدود', 'کار فوری')}"
)
_PERSON = regex.compile(
    rf"[?؟]|\b(?:but|still)\b|但是?|可是|不过|还是|\b{one_of('ولی', 'اما', 'هنوز')}\b"
)
"""Who asks or objects is no program, though programs thank and receive in the same words."""


def is_automatic(text: str) -> bool:
    """Whether a program sent `text` (plain, without quotations) to whoever wrote to it."""
    if len(text) > _MAX_CHARS:
        return False
    beginning = bare(text[: 2 * _BEGINNING])
    for _ in range(2):  # hello, dear customer
        beginning = _GREETING.sub("", beginning)
    if _FIRST_WORDS.match(beginning):
        return True
    if _PERSON.search(bare(text)):
        return False
    if _RECEIVED.match(beginning):
        return True
    whole = bare(text)
    away = _AWAY.search(whole[:_BEGINNING])
    return bool(away and _BACK.search(whole))
