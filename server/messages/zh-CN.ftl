# 命令行对人说的话。

demo-making = 首次启动：正在生成演示区县…
demo-history = 模拟历史 { $day } · { $cases } 件
demo-ready = 演示数据就绪：{ $cases } 件、{ $steps } 步，{ $seconds } 秒
demo-failed = 演示数据没有生成，原因见上。
demo-other-database = { $file } 不是演示数据库：请用 --data-dir 另选目录。
demo-too-many-grids = 全区划不出这么多网格，请换一个 --grids。
demo-serving = GridWhistle 网格哨 · 赣榆区（演示）

    接口    { $base }/api/v1
    文档    { $base }/docs
    账号    { $accounts }

    终端客户端（另开一个终端）：

    target/release/whistle --demo grid_worker

    其他账号：registrar、dispatcher、unit_leader、supervisor……（见上述文件）。
    边界为示意边界。按 Ctrl-C 停止服务，数据保留。
check-summary = 事件 { $events } 条，案件 { $cases } 件，问题 { $faults } 处
check-counts = 案件 { $cases } 件、参与方 { $parties } 个、任务 { $assignments } 个、哨 { $whistles } 个
check-row-counts = 库中有{ $stored }；按日志应有{ $told }
check-number-gaps = 以 { $begin } 开头的案件编号不连续
check-case = 案件 { $number } 与日志不符
check-assignments = 案件 { $number } 的任务与日志不符
check-whistles = 案件 { $number } 的哨与日志不符
check-party-missing = 案件 { $number } 的参与方中缺少 { $party }
check-log-jumps = 日志从第 { $from } 行跳到第 { $to } 行
check-row-changed = 日志第 { $seq } 行写入后被改动
check-row-unreadable = 日志第 { $seq } 行无法读取
check-no-report = 日志第 { $seq } 行开始的案件没有上报记录
import-changed = 已更改 { $changed } 项
import-refused = { $file } 有 { $faults } 处错误，未导入任何内容。
import-too-large = { $file } 超过 { $bytes } 字节，请拆分后再导入。
import-unknown-matter = { $file }：事项 { $matter } 不在任何目录中，请先导入目录。
import-fault = { $file }：{ $fault }
import-reason = 导入 { $file }
import-at-line = 第 { $line } 行：{ $wrong }
import-at-field = 第 { $line } 行第 { $column } 列（{ $name }）：{ $wrong }
import-at-character = 第 { $line } 行第 { $column } 个字符：{ $wrong }
import-at-pointer = { $pointer }：{ $wrong }
import-wrong-size = 文件有 { $bytes } 字节，请拆成不超过 { $most } 字节的文件
import-wrong-header = 首行必须是 { $wanted }
import-empty-file = 文件是空的，首行应为 { $wanted }
import-no-table = 不是逗号分隔的表格，请重新存为 UTF-8 编码的 CSV
import-field-count = 有 { $found } 个字段，而表头有 { $wanted } 列
import-too-long = 超过 { $most } 个字符，请缩短，或检查引号是否闭合
import-control-character = 含有换行或其他控制字符，请删去
import-empty = 为空，请填写
import-not-one-of = { $text } 不对，只能是 { $names } 之一
import-no-day = { $text } 不是日期，请写成 2026-02-13 的样子
import-ends-too-early = 应晚于 valid_from 的 { $from }
import-no-function = { $text } 不是职能名，请用小写字母、数字和 _，例如 water_supply
import-no-digits = { $text } 不是代码，应恰为 { $digits } 位数字
import-no-province = { $text } 不是区划代码，前两位代表省份，不能是 00
import-no-village = { $text } 不是网格代码，前十二位必须是村级，不能是上级
import-no-sequence = { $text } 不是网格代码，后三位从 001 起编
import-twice = { $entry } 重复出现，请只保留一处
import-other-level = { $code } 是 { $is } 级的代码，不是 { $level } 级
import-parent-not-above = { $parent } 不在前面的行里，请把它放到前面
import-other-parent = { $parent } 不包含本区划
import-no-matter = { $text } 不是事项，应写明类别（event、component）和五位数字代码
import-matter-twice = { $matter } 在 { $catalogue } 中重复出现，请只保留一行
import-other-major = 代码 { $code } 属于大类 { $major }
import-no-condition = { $text } 不是立案条件，应为事项、斜线和从 1 起的编号，例如 event-06010/1
import-no-step = { $text } 不是步骤序号，请从 1 数起
import-step-out-of-order = 步骤是 { $found }，此处应为 { $expected }
import-first-step-only = 只在第一步填写，此处请留空
import-no-amount = { $text } 不是从 1 起的整数
import-amount-beyond = 这个单位的时限不能是 { $amount }，应为 1 至 { $most }
import-no-time-unit = { $text } 不是时间单位，应为 emergency_ 或 working_ 加 minutes、hours、days，或为 calendar_days
import-no-unit = { $text } 不是本区划的单位代码，应为 { $prefix }- 加不超过 16 个小写字母或数字
import-no-prefix = { $text } 不是代码的开头，最多写五位数字
import-duty-twice = 前面的行里已有这些事项从同一天起的职责，请只保留一行
import-duty-overlaps = 与前面行里同一职能对这些事项自 { $from } 起的职责有效期重叠，请让前一条先失效
import-no-lead = 这些事项在 { $on } 没有主体责任单位，请补充当日有效、编码前缀相同或更短的主体责任行
import-json-syntax = 不合 JSON 语法，请检查此处是否缺少逗号、引号或括号
import-json-ends = JSON 没有写完，请检查文件是否完整
import-json-shape = 有内容缺失或类型不对，请写成 { $example } 的样子
import-other-year = { $date } 既不属于 { $year } 年，也不属于上一年十二月
import-no-collection = { $text } 不对，此处应为 FeatureCollection
import-geometry-missing = 缺失，请给出 Polygon 或 MultiPolygon
import-properties-missing = 缺失，请给出 code、name、kind 和 schematic
import-text-missing = 缺失，请给出文本
import-flag-missing = 缺失，请写 true（示意）或 false（实测）
import-no-name = 名称应为 1 至 100 个字符，不含控制字符
shipped-data = 随程序提供的数据
user-added = 已添加 { $username }
user-scope-unknown = { $post }：范围不存在，请先导入。
user-form = { $post }：请写岗位、@ 和范围，例如 grid_worker@320707101201001。
user-no-such-post = { $post }：没有这个岗位。
user-nobodys-post = { $post }：这个岗位不由人担任。
user-password-unreadable = 无法从标准输入读取密码
user-password-too-short = 密码至少 8 个字符。
user-username-unusable = 用户名只能用字母、数字、点、连字符和下划线，最多 64 个。
user-taken = 用户名 { $username } 已被占用。
address-taken = { $listen } 已被占用：那里已有服务在运行。请先停止它，或用 --listen { $ip }:0 另选端口。
address-forbidden = 本账号不能使用 { $listen }，请用 --listen 选择 1023 以上的端口。
address-unusable = 无法使用 { $listen }：{ $reason }
database-closed = 无法打开数据库
file-unreadable = 无法读取 { $file }
file-unwritable = 无法写入 { $file }
folder-unmakable = 无法建立目录 { $folder }
key-damaged = { $file } 不足 32 字节，请从备份恢复。
server-stopped = 服务无法继续
key-told-once = 密钥只显示这一次，请妥善保管。
key-live = 有效
key-expired = 已过期
key-revoked = 已吊销
key-revoked-now = 已吊销 { $what }
key-unknown = { $what }：没有这个密钥。
key-division-unknown = { $what }：没有这个行政区划，请先导入。
key-no-such-scope = { $what }：没有这项权限，可用 cases:file、cases:read、events:read、figures:read、personal:read。
key-life = 密钥至少要有一项权限，有效期不超过 366 天。
