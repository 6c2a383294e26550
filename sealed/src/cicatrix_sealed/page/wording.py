# ruff: noqa: RUF001 (Chinese is written with full-width punctuation)
"""Every sentence of the page, in English and in Simplified Chinese.

A sentence that is missing in one language is a mistake that the type checker finds. What an act
itself refuses is said in English by the act; the refusals that a custodian can meet here have
their Chinese sentence under the refusal's rule, and what is no number under its kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """The page in one language; `tag` is its BCP 47 tag, `other` names the other language."""

    tag: str
    other_tag: str
    other: str
    title: str
    sign_in: str
    sign_in_lead: str
    user: str
    passphrase: str
    passphrase_again: str
    enter: str
    sign_out: str
    signed_in_as: str
    trial: str
    break_title: str
    break_lead: str
    number: str
    number_hint: str
    reason: str
    reason_hint: str
    told: str
    told_hint: str
    break_button: str
    broken_before: str
    broken_told: str
    participant: str
    site: str
    shown_once: str
    closes: str
    done: str
    back: str
    release_title: str
    release_lead: str
    release_none: str
    release_waiting: str
    release_nobody_waits: str
    release_again: str
    person: str
    release_button: str
    released_told: str
    allocation: str
    tube: str
    day: str
    region: str
    content: str
    history: str
    history_empty: str
    was_broken: str
    was_released: str
    recorded_by: str
    no_user: str
    no_passphrase: str
    no_number: str
    no_reason: str
    no_told: str
    no_person: str
    wrong_sign_in: str
    wrong_passphrase: str
    shut: str
    over: str
    no_custodian: str
    sent_already: str
    stale: str
    conflict: str
    not_found: str
    not_this_way: str
    foreign: str
    too_large: str
    failed: str
    roles: Mapping[str, str]
    refusals: Mapping[str, str]
    mistaken: Mapping[str, str]


ENGLISH = Wording(
    tag="en",
    other_tag="zh-Hans",
    other="中文",
    title="Custodian",
    sign_in="Sign in",
    sign_in_lead="For the custodian of the allocation list alone.",
    user="User name",
    passphrase="Your passphrase",
    passphrase_again="Your passphrase, once more",
    enter="Sign in",
    sign_out="Sign out",
    signed_in_as="Signed in as {user}.",
    trial="Trial {study}",
    break_title="Break the code of one number",
    break_lead="In an emergency: the code-break is recorded first, then the arm is shown once.",
    number="Randomisation number",
    number_hint="As it stands on the kit or the emergency card, for example {example}.",
    reason="Reason",
    reason_hint="One sentence. It is recorded and read by many: name no arm and no person.",
    told="Who is told",
    told_hint="The name of the one who treats her.",
    break_button="Break the code",
    broken_before="This code was broken before; this is time {time}.",
    broken_told="The code-break is recorded. Tell {told}, and no one else.",
    participant="Participant",
    site="Site",
    shown_once="Shown once: going back or loading the page again does not show it again.",
    closes="This page closes by itself after five minutes.",
    done="Done: close this page",
    back="Back",
    release_title="Release to an unmasked role",
    release_lead="For a role that the study file leaves unmasked ({roles}). The release is "
    "recorded first, then the content is shown once.",
    release_none="This study leaves no role unmasked but the custodian's: nothing can be released.",
    release_waiting="Waiting",
    release_nobody_waits="Nobody waits: every number was released to all who may know.",
    release_again="Release a number again",
    person="Who is told",
    release_button="Release",
    released_told="The release is recorded. Tell {told} ({role}), and no one else.",
    allocation="Allocation",
    tube="Tube",
    day="Day",
    region="Region",
    content="Content",
    history="What was told so far",
    history_empty="Nothing yet.",
    was_broken="Code broken",
    was_released="Released",
    recorded_by="told to {told}; recorded by {by}",
    no_user="Type your user name.",
    no_passphrase="Type the passphrase.",
    no_number="Type the randomisation number.",
    no_reason="Write the reason in one short sentence.",
    no_told="Write who is told.",
    no_person="Choose who is told.",
    wrong_sign_in="User name or passphrase is wrong: type both again. Tries left: {left}.",
    wrong_passphrase="The passphrase is wrong and nothing was recorded: type it again. "
    "Tries left: {left}.",
    shut="Too many wrong tries: the page is shut until {until} UTC. In an emergency use "
    "`cicatrix-sealed break` on the custodian's machine.",
    over="You were signed out after a time without use and nothing was recorded: sign in again.",
    no_custodian="You do not hold the custodian's role (pharmacist) any more: you were signed out "
    "and nothing was recorded. Ask the trial's administrator.",
    sent_already="This form was sent already and its answer was shown once; nothing was "
    "recorded a second time. What was recorded stands below. If you did not see the answer, fill "
    "in a new form: it is recorded again.",
    stale="This form is too old or not from this page, and nothing was recorded: fill it anew.",
    conflict="Someone else recorded something at the same moment and nothing of yours was "
    "recorded: send it once more.",
    not_found="There is no such page.",
    not_this_way="This page cannot be used in this way.",
    foreign="The request does not come from this page and was not answered.",
    too_large="The form is too long or damaged: fill it anew.",
    failed="The page failed. Look on the first page whether the act was recorded before you "
    "repeat it; in an emergency use `cicatrix-sealed break` on the custodian's machine.",
    roles={
        "coordinator": "coordinator",
        "investigator": "investigator",
        "care_provider": "care provider",
        "rater": "rater",
        "image_reader": "image reader",
        "pharmacist": "pharmacist",
        "data_manager": "data manager",
        "statistician": "statistician",
        "monitor": "monitor",
        "sponsor": "sponsor",
        "auditor": "auditor",
        "administrator": "administrator",
        "participant": "participant",
    },
    refusals={},
    mistaken={},
)

CHINESE = Wording(
    tag="zh-Hans",
    other_tag="en",
    other="English",
    title="分配表保管人",
    sign_in="登录",
    sign_in_lead="仅供分配表保管人使用。",
    user="用户名",
    passphrase="您的口令",
    passphrase_again="请再次输入口令",
    enter="登录",
    sign_out="退出登录",
    signed_in_as="已登录：{user}",
    trial="试验 {study}",
    break_title="紧急揭盲（单个编号）",
    break_lead="紧急情况下使用：先记录揭盲，再显示一次该编号的组别。",
    number="随机号",
    number_hint="见药盒或应急卡，例如 {example}。",
    reason="原因",
    reason_hint="一句话。此内容会被记录并由多人阅读：请勿写组别或人名。",
    told="告知对象",
    told_hint="负责救治该受试者的医生姓名。",
    break_button="揭盲",
    broken_before="此编码此前已揭盲过，这是第 {time} 次。",
    broken_told="揭盲已记录。仅可告知 {told}，不得告知他人。",
    participant="受试者",
    site="中心",
    shown_once="仅显示一次：返回或重新加载页面都不会再次显示。",
    closes="本页将在五分钟后自动关闭。",
    done="完成，关闭本页",
    back="返回",
    release_title="向非盲角色告知分配",
    release_lead="用于研究文件中设为非盲的角色（{roles}）。先记录告知，再显示一次内容。",
    release_none="除保管人外，本研究没有非盲角色，不能告知任何分配。",
    release_waiting="待告知",
    release_nobody_waits="没有待告知的编号：均已告知所有可知情者。",
    release_again="再次告知某个编号",
    person="告知对象",
    release_button="告知",
    released_told="告知已记录。仅可告知 {told}（{role}），不得告知他人。",
    allocation="分配",
    tube="管号",
    day="天",
    region="部位",
    content="内容物",
    history="已告知的记录",
    history_empty="暂无。",
    was_broken="紧急揭盲",
    was_released="告知",
    recorded_by="告知对象：{told}；记录人：{by}",
    no_user="请输入用户名。",
    no_passphrase="请输入口令。",
    no_number="请输入随机号。",
    no_reason="请用一句话写明原因。",
    no_told="请写明告知对象。",
    no_person="请选择告知对象。",
    wrong_sign_in="用户名或口令错误，请重新输入两者。剩余次数：{left}。",
    wrong_passphrase="口令错误，未作任何记录，请重新输入。剩余次数：{left}。",
    shut="错误次数过多：本页关闭至 {until}（UTC）。紧急情况下请在保管人的计算机上使用"
    " `cicatrix-sealed break`。",
    over="因长时间未使用已自动退出，未作任何记录：请重新登录。",
    no_custodian="您已不再具有保管人（药师）角色：已退出登录，未作任何记录。请联系试验管理员。",
    sent_already="该表单已提交过，结果已显示一次；未重复记录。已有记录见下方。"
    "如果您没有看到结果，请重新填写表单：将再次记录。",
    stale="该表单已过期或并非来自本页，未作任何记录：请重新填写。",
    conflict="同一时刻有其他记录写入，您的操作未被记录：请再次提交。",
    not_found="没有此页面。",
    not_this_way="不能以这种方式使用本页。",
    foreign="该请求并非来自本页，未予处理。",
    too_large="表单过长或已损坏：请重新填写。",
    failed="页面出错。重复操作之前，请先在首页查看是否已有记录；紧急情况下请在保管人的计算机上使用"
    " `cicatrix-sealed break`。",
    roles={
        "coordinator": "协调员",
        "investigator": "研究者",
        "care_provider": "治疗者",
        "rater": "评估者",
        "image_reader": "阅片者",
        "pharmacist": "药师",
        "data_manager": "数据管理员",
        "statistician": "统计师",
        "monitor": "监查员",
        "sponsor": "申办者",
        "auditor": "稽查员",
        "administrator": "系统管理员",
        "participant": "受试者",
    },
    refusals={
        "unknown_number": "该随机号尚未分配给任何受试者，请核对编号。",
        "opened": "分配表已正式揭盲，无须再进行紧急揭盲：请在 `open` 写出的文件中查找该随机号。",
        "locked": "试验已锁库，不能再告知分配。",
        "masked_role": "研究文件未将该角色设为非盲，不能向其告知。",
        "not_in_role": "该人员在受试者所在中心不具有此角色，请另选告知对象。",
        "amended": "研究文件已修订，其中不再包含该编号的内容，请查看包装清单。",
        "order": "随机号未按分配表的顺序发放，无法据此推算任何组别。",
        "not_requested": "有受试者的随机号从未经过申请，无法推算任何组别。",
        "minimisation": "最小化方法或受试者的因素水平不符，无法推算任何组别。",
        "no_list": "本试验目前没有密封的分配表。",
        "aborted": "该分配表已作废，请使用本试验现行分配表的保管文件夹。",
        "another_home": "该分配表属于另一试验，请使用本试验的保管文件夹。",
        "another_study": "该分配表属于另一研究或另一版本，请使用本试验的保管文件夹。",
        "another_share": "保管文件夹中混有其他分配表的份额文件，请将其移出。",
        "same_share": "保管文件夹中同一份额出现两次，请移出一份。",
        "folder": "无法读取保管文件夹中的文件，请检查文件夹或使用副本。",
        "sealed_file": "保管文件夹中的文件已损坏或被更改，请使用副本。",
        "packing": "应急文件与包装清单对该编号的记载不一致（有一份被更改），请用他人的副本。",
        "commitment": "该编号的密封内容与公布的承诺不符（文件被替换），请使用副本。",
        "reason": "请用一句话写明原因和告知对象。",
        "study_version": "试验文件夹中的研究文件与账本采用的版本不一致，请从备份恢复。",
        "database": "无法读取或写入试验数据库，请检查后重试。",
        "database_locked": "其他程序正在占用试验数据库，请稍后重试。",
    },
    mistaken={
        "kit": "{typed} 不是随机号（本试验的随机号形如 {example}），未作任何记录；"
        "药盒 {name} 属于随机号 {number}（{participant}）。",
        "kit_not_given": "{typed} 不是随机号（本试验的随机号形如 {example}），未作任何记录；"
        "药盒 {name} 属于随机号 {number}，该号尚未分配给任何受试者。",
        "participant": "{typed} 不是随机号（本试验的随机号形如 {example}），未作任何记录；"
        "受试者 {name} 的随机号为 {number}。",
        "participant_without": "{typed} 不是随机号（本试验的随机号形如 {example}），"
        "未作任何记录；受试者 {name} 尚无随机号。",
        "other": "{typed} 不是随机号（本试验的随机号形如 {example}），未作任何记录。",
    },
)

LANGUAGES: Mapping[str, Wording] = {one.tag: one for one in (ENGLISH, CHINESE)}


def chosen(wish: str, accepted: str) -> Wording:
    """Choose a language: the one wished for, else the browser's first that there is."""
    if wish in LANGUAGES:
        return LANGUAGES[wish]
    for part in accepted.split(","):
        tag = part.partition(";")[0].strip().lower()
        if tag.split("-")[0] == "zh":
            return CHINESE
        if tag.split("-")[0] == "en":
            return ENGLISH
    return ENGLISH
