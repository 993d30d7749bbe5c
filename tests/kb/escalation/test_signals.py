"""Signs in customers' words: found however they are spelled, and not in ordinary complaints."""

from __future__ import annotations

import pytest

from kb.escalation.signals import customer_texts, refunds_asked, word_signal
from kb.escalation.words import LANGUAGES, patterns

KINDS = ("safety", "legal", "press", "data_protection", "dispute", "frustration")


def strong(ticket) -> set[str]:
    """Kinds of signals that are enough alone."""
    texts = customer_texts(ticket)
    found = {kind: word_signal(kind, texts) for kind in KINDS}
    return {kind for kind, signal in found.items() if signal and signal.strength >= 1}


GRAVE = [
    # safety
    ("safety", "There was smoke coming from the adapter this morning."),
    ("safety", "My son got a shock when he touched the pump."),
    ("safety", "It smells of something burning and the plug has melted."),
    ("safety", "The base caught fire!"),
    ("safety", "Water is dripping onto the power strip under the table."),
    ("safety", "I burned my hand on the lamp."),
    ("safety", "از آداپتور دود بلند شد و بوی سوختگی می‌آید"),
    ("safety", "دیشب پریز آتش گرفت"),
    ("safety", "پسرم دچار برق گرفتگی شد"),  # without the ZWNJ
    ("safety", "وقتی به برق زدم جرقه زد"),
    ("safety", "انگشتم سوخت، لامپ خیلی داغ شده بود"),
    ("safety", "适配器冒烟了，吓死我了"),
    ("safety", "花盤底座冒煙，還有焦味"),  # traditional
    ("safety", "我摸水箱的时候触电了"),
    ("safety", "孩子的手被烫伤了"),
    ("safety", "水滴到插座上了"),
    # legal
    ("legal", "You will hear from my lawyer."),
    ("legal", "I'm going to sue."),
    ("legal", "I will take you to court over this."),
    ("legal", "I'll report this to consumer protection."),
    ("legal", "If not, I shall take LEGAL ACTION."),
    ("legal", "از شما شكايت مي كنم"),  # Arabic letters, spaces
    ("legal", "وکیلم با شما تماس می‌گیرد"),
    ("legal", "کار به دادگاه می‌کشد"),
    ("legal", "به سازمان حمایت از مصرف‌کنندگان گزارش می‌دهم"),
    ("legal", "پیگیری قانونی می‌کنم"),
    ("legal", "我会让律师联系你们"),
    ("legal", "再不解决我就起诉你们"),
    ("legal", "我要去消協投訴"),  # traditional
    ("legal", "我打１２３１５举报"),  # full width
    ("legal", "那就法庭上见，我告你们"),
    # press
    ("press", "I'll go to the press with this."),
    ("press", "I am a journalist and asked to comment."),
    ("press", "این موضوع را رسانه‌ای می‌کنم"),
    ("press", "به یک خبرنگار می‌گویم"),
    ("press", "我要找媒体曝光你们"),
    ("press", "我已经联系记者了"),
    # data protection
    ("data_protection", "My personal data was leaked, I get spam since the order."),
    ("data_protection", "Delete all my data, as the GDPR obliges you to."),
    ("data_protection", "In the app I see someone else's address!"),
    ("data_protection", "اطلاعات من لو رفته است"),
    ("data_protection", "طبق قانون همه اطلاعات من را حذف کنید"),
    ("data_protection", "نشت اطلاعات مشتریان کار شماست"),
    ("data_protection", "你们泄露了我的手机号"),
    ("data_protection", "請依法刪除我的全部個人資料"),
    ("data_protection", "个人信息被泄露了"),
    # dispute
    ("dispute", "I have started a chargeback."),
    ("dispute", "I've disputed the payment with my card company."),
    ("dispute", "That was an unauthorised charge."),
    ("dispute", "به تراکنش در بانک اعتراض زدم، اعتراض به تراکنش ثبت شد"),
    ("dispute", "این یک برداشت غیر‌مجاز است"),
    ("dispute", "我已经向银行申请拒付"),
    ("dispute", "卡被盗刷了"),
    # frustration
    ("frustration", "This is the worst customer service I have ever seen."),
    ("frustration", "This is ridiculous and completely unacceptable."),
    ("frustration", "NOTHING WORKS AND NOBODY ANSWERS!!! I am fed up."),
    ("frustration", "I will leave a one-star review everywhere."),
    ("frustration", "I'll take my business elsewhere, enough is enough."),
    ("frustration", "This is the third time and still no answer, I am so angry."),
    ("frustration", "پشتیبانی‌تان افتضاح است"),
    ("frustration", "بار سوم است و کسی جواب نمی‌دهد!"),
    ("frustration", "خجالت بکشید، این چه وضعیه"),
    ("frustration", "دیگه هیچ وقت از شما خرید نمی‌کنم"),
    ("frustration", "این چه وضعشه؟ اعصابم خورد شد"),
    ("frustration", "آبرویتان را می‌برم"),
    ("frustration", "你们的服务太差了"),
    ("frustration", "我要投訴你們"),
    ("frustration", "第三次了，到现在没人处理！"),
    ("frustration", "再也不买你们的东西"),
    ("frustration", "忍无可忍，我会给差评"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), GRAVE)
def test_a_grave_word_is_found_however_it_is_spelled(kind, text, ticket):
    assert kind in strong(ticket(text))


HARMLESS_EN = """
The issue with the pump is the same as last week.
Sue from your support was very courteous, thanks.
I spoke to Sue yesterday about the capsules.
Do I press the leaf button for 5 seconds or 15?
How long do I have to press and hold the button?
My planter leaks a little water on the table.
The tank has a leak near the seal ring.
Is the smoke-grey lid still available?
We have a smoke detector in the kitchen, will the lamp trigger it?
Is it legal to grow saffron in Germany?
I am a lawyer and need an invoice made out to my office.
Please send the parcel to 4 Court Road.
The tennis court next to us has no Wi-Fi.
How do I delete my account?
Can I download my data as a file?
How can I delete the old watering data of the planter?
I was charged 24 EUR for the box, is that right?
There is a pending charge on my card, when does it disappear?
I was charged twice, one of the two is still pending.
My refund of 240 EUR has not arrived yet, how long does it take?
The Duo costs 149 EUR, is there a discount?
The parcel arrived broken, I am a bit disappointed.
I'm still waiting for my order, it's annoying.
The lamp flickers!!! What can I do?
My basil died. Not happy, but maybe I watered too much.
I got a shock when I saw the price of the postage.
The leaves have burnt tips since I moved the lamp.
There is no smoke and no smell, it simply does not switch on.
The firmware update fails with ERROR 410.
WPA2 and WPA3 are set, SSID is on 2.4 GHz.
I tried it for the third time and it blinks blue now.
Is this SMS from you a scam?
Can I get fired clay balls instead of the sponge?
The plant media is dry, should I add water to the media?
I have had enough light in this corner, so why does the basil lean?
""".strip().splitlines()

HARMLESS_FA = """
گلدان من دو روز است آفلاین شده، چه کنم؟
حدود دو هفته پیش سفارش دادم و هنوز نرسیده
چراغ دودی رنگ دارید؟
روی روزنامه گذاشتم تا خشک شود
دکمهٔ برگ را چند ثانیه نگه دارم؟
بسته‌ام خراب رسیده، لطفاً راهنمایی کنید
از زیر گلدان آب نشت می‌کند
نشتی آب دارد ولی کم است
آقای وکیلی بسته را تحویل گرفت
من وکیل هستم و فاکتور رسمی می‌خواهم
هیچ شکایتی ندارم، فقط یک سؤال دارم
چطور حسابم را حذف کنم؟
می‌خواهم یک نسخه از اطلاعاتم داشته باشم
آداپتور سوخته است، گارانتی دارد؟
برق خانه رفت و گلدان خاموش شد
بوی بدی از مخزن می‌آید
بازپرداخت من کی می‌رسد؟ ۱۲۰ یورو بود
مبلغ ۲۴ یورو از کارتم کم شد، درست است؟
پول دو بار از حسابم کسر شد، یکی در انتظار است
بذر نعنا بعد از سه هفته جوانه نزد
کمی ناراحتم چون هدیه دیر رسید
قیمت وردیلو دوئو چند است؟
رمز عبورم را فراموش کرده‌ام
ایمیل بازیابی نیامد، پوشهٔ هرزنامه را هم دیدم
آیا این پیامک کلاهبرداری است؟
برنامه را بار سوم نصب کردم و درست شد
دود و بویی نیست، فقط روشن نمی‌شود
وای‌فای وصل نمی‌شود!
می‌توانم اشتراک را یک ماه متوقف کنم؟
لطفاً با من تماس بگیرید تا آدرس را عوض کنم
برگ‌های ریحان زرد شده‌اند
حریم خصوصی در برنامه کجا تنظیم می‌شود؟
برای باشگاه باغ باید قرارداد امضا کنم؟
""".strip().splitlines()

HARMLESS_ZH = """
请问怎么连接 Wi-Fi？
包裹还没收到，物流五天没更新了
水泵有点响，正常吗？
花盆底下有一点漏水
信号太差了，花盆老是离线
传感器一直报警说缺水，其实水是满的
我住在法院路 12 号，请改地址
我是律师，需要开事务所抬头的发票
告诉你们一个好消息，种子发芽了
请告诉我退款多久到账，一共240欧
怎么注销账号？
怎么下载我的数据？
这款支持哪些社交媒体登录？
补光灯的曝光时间能调吗？
这是我第三次购买，很喜欢
第三次浇水之后叶子黄了
垃圾邮件文件夹里也没有
我妈的账号登录不了
页面滚动的时候会卡
罗勒的根受伤了还能救吗？
没有冒烟，也没有焦味，就是不亮
会员费被扣了24欧，是正常的吗？
扣了两次款，其中一笔显示待处理
种子21天没发芽，请问可以补发吗？
收到的盒子压坏了，有点失望
能不能开公司发票？
这条短信是骗子发的吗？
投诉渠道在哪里可以看到？
不满意可以退货吗？
App 一直闪退，着急用
请问适配器是24V吗？
拔掉电源10秒再插上，还是橙灯
我想把花盆分享给家人
优惠券怎么用不了！
花盆拔电源以后漏水停了
""".strip().splitlines()


@pytest.mark.parametrize("text", [*HARMLESS_EN, *HARMLESS_FA, *HARMLESS_ZH])
def test_an_ordinary_message_does_not_escalate(text, ticket):
    assert strong(ticket(text)) == set()


def test_there_are_enough_ordinary_messages_of_every_language():
    assert all(len(lines) >= 30 for lines in (HARMLESS_EN, HARMLESS_FA, HARMLESS_ZH))


def test_the_words_are_quoted_as_the_customer_wrote_them(ticket):
    def words(kind, text):
        return word_signal(kind, customer_texts(ticket(text))).words

    assert words("legal", "Then I call MY LAWYER.") == ("MY LAWYER",)
    assert words("legal", "حتماً شكايت مي‌كنم!") == ("شكايت مي‌كنم",)
    assert words("legal", "我會讓律師聯繫") == ("律師",)
    assert words("frustration", "این چه وضعشه آقا؟") == ("این چه وضعشه",)


def test_weak_signs_add_up_and_the_same_phrase_counts_once(ticket):
    def strength(text):
        return word_signal("frustration", customer_texts(ticket(text))).strength

    assert strength("This is ridiculous.") == 0.5
    assert strength("Ridiculous. Really ridiculous!") == 0.5
    assert strength("Ridiculous, what a waste of money.") == 1.0
    assert strength("WHY DOES NOBODY PICK UP??") == 0.5
    assert strength("HELLO!!! IS ANYBODY THERE???! HELLO AGAIN!!!") == 0.75
    assert strength("太差了！！！") == 0.75


def test_what_was_said_before_our_reply_counts_only_for_grave_matters(ticket):
    thread = ticket(
        "This is ridiculous, what a waste of money. My lawyer will write.",
        ("rep", "I am sorry. Here is the refund.", 1),
        ("customer", "Thank you.", 2),
    )
    assert strong(thread) == {"legal"}


def test_a_customer_who_has_the_last_word_from_us_is_read_whole(ticket):
    assert strong(ticket("Worst company ever.", ("rep", "Sorry!", 1))) == {"frustration"}


def test_neither_reps_nor_quoted_history_count(ticket):
    thread = ticket(
        ("rep", "If there is smoke, unplug it. We are not going to court.", 0),
        ("customer", "Fine.\n\nOn Mon, 3 Mar 2026, Ann wrote:\n> my lawyer says", 1),
    )
    assert strong(thread) == set()


def test_the_subject_counts(ticket):
    assert strong(ticket("See subject.", subject="My lawyer will call you")) == {"legal"}


def test_operators_add_words_of_their_own(ticket):
    more = {"en": ["guild of gardeners"], "fa": ["انجمن گل‌ها"], "zh": ["园艺协会"]}
    for text in ("The Guild of Gardeners hears of it", "به انجمن گل ها می‌گویم", "我找園藝協會"):
        signal = word_signal("legal", customer_texts(ticket(text)), more)
        assert signal is not None
        assert signal.strength == 1
    assert word_signal("legal", customer_texts(ticket("guild of gardenerss")), more) is None


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("I want a full refund of 240 EUR.", 240, "EUR"),
        ("Please refund me the €218 you took, not the €24.", 218, "EUR"),
        ("I demand compensation. The table cost 1.200 €.", 1200, "EUR"),
        ("لطفاً ۲ میلیون تومان پولم را پس بدهید", 20_000_000, "IRR"),
        ("درخواست بازپرداخت ۲۴۰ یورو دارم", 240, "EUR"),
        ("要求全額退款240歐元", 240, "EUR"),
        ("赔我两盆罗勒的钱，一共３００元", 300, "CNY"),
    ],
)
def test_money_asked_back_is_found_with_its_largest_amount(text, value, currency, ticket):
    [asked] = refunds_asked(customer_texts(ticket(text)))
    assert (float(asked.value), asked.currency) == (value, currency)


@pytest.mark.parametrize(
    "text",
    [
        "The Duo costs 240 EUR, right?",
        "My refund of 240 EUR has not arrived. How long does it take?",
        "بازپرداخت ۲۴۰ یورو کی به حسابم می‌رسد؟",
        "请问240欧的退款多久到账？",
        "I want a refund.",
    ],
)
def test_naming_a_price_or_asking_where_a_refund_is_asks_for_none(text, ticket):
    assert refunds_asked(customer_texts(ticket(text))) == []


@pytest.mark.parametrize(
    "unit", ["!?", "? ", "leak ", "THIRD ", "a" * 50, "دود‌", "律", " \u200c", "1 "]
)
def test_noise_comes_back(unit, ticket):
    noise = unit * (200_000 // len(unit))
    texts = customer_texts(ticket(noise, subject=noise[:20_000]))
    for kind in KINDS:
        word_signal(kind, texts)
    refunds_asked(texts)


def test_every_language_has_every_kind_of_word():
    for kind in KINDS:
        scripts = {
            "zh" if any("一" <= c <= "鿿" for c in p.regex.pattern)
            else "fa" if any("؀" <= c <= "ۿ" for c in p.regex.pattern)
            else "en"
            for p in patterns(kind)
        }  # fmt: skip
        assert scripts == set(LANGUAGES), kind
