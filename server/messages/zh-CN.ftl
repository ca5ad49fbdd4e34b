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

    { $client }

    其他账号：registrar、dispatcher、dispatcher_county、unit_leader、supervisor……（见上述文件）。
    边界为示意边界。按 Ctrl-C 停止服务，数据保留。
check-summary = 事件 { $events } 条，案件 { $cases } 件，问题 { $faults } 处
check-counts = 案件 { $cases } 件、参与方 { $parties } 个、任务 { $assignments } 个、哨 { $whistles } 个
check-row-counts = 库中有{ $stored }；按日志应有{ $told }
check-number-gaps = 以 { $begin } 开头的案件编号不连续
check-case = 案件 { $number } 与日志不符
check-assignments = 案件 { $number } 的任务与日志不符
check-whistles = 案件 { $number } 的哨与日志不符
check-waiting = 案件 { $number } 的待办队列与日志不符
check-party-missing = 案件 { $number } 的参与方中缺少 { $party }
check-log-jumps = 日志从第 { $from } 行跳到第 { $to } 行
check-row-changed = 日志第 { $seq } 行写入后被改动
check-row-unreadable = 日志第 { $seq } 行无法读取
check-no-report = 日志第 { $seq } 行开始的案件没有上报记录
check-list-entry = 清单 { $list } 的条目 { $code } 与其各版本不符
check-list-versions = 清单 { $list } 的版本有缺号
import-changed = 已更改 { $changed } 项
import-features = 已读 { $features } 个要素
import-comparing = 正在与相邻网格比对
import-overtaken = 检查期间网格或行政区划已有变动，未导入任何内容，请重新导入。
import-calendar = 工作日历
import-moved = { $cases } 个案件的 { $deadlines } 个未到期时限已重算
import-moved-line = { $number } { $clock }{ $unit }：{ $before } 改为 { $after }
import-moved-return = 退单截止
import-moved-more = …… 另有 { $more } 个；加 { $option } 和文件名可全部导出
import-moved-failed = { $failed } 个案件未能重算：服务器将重试，详见其日志。
import-refused = { $file } 有 { $faults } 处错误，未导入任何内容。
import-too-large = { $file } 超过 { $bytes } 字节，请拆分后再导入。
import-fault = { $file }：{ $fault }
import-reason = 导入 { $file }
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
webhook-address = 推送地址须以 http:// 或 https:// 开头并写明主机。
webhook-client = 本机无法推送通知。
webhook-secret-short = { $file } 不足 { $least } 字节；请换更长的密钥，例如用 openssl rand -hex 32 生成。
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
export-no-list = 没有清单 { $list }，或没有这个版本
export-no-day = { $text } 不是日期，应写作 2026-07-01
tick-done = { $now }：{ $cases } 件案件按时自动产生 { $events } 个事件；失败 { $failed } 件
tick-failed = 失败原因见上方日志；请再运行一次，或由运行中的服务重试。
deadline-refused = 无法计算：所问不合上述规则。
deadline-provisional = 暂定：日历只公布到 { $until }
deadline-calendar = 日历第 { $version } 版，公布到 { $until }；{ $rule }
deadline-whole-days = 工作日按整日计
deadline-eight-hours = 一个工作日按八个工作小时计
deadline-more = ……另有 { $days } 天
deadline-wrong = { $place }：{ $wrong }
deadline-no-moment = 时间请写成 2026-02-13T17:00，不带时区时按东八区
deadline-no-pause = 暂停请写成 FROM/TO
day-workday = 工作日
day-made-up = 调休上班
day-weekend = 周末
day-holiday = 放假
day-counted = 计入
day-start = 起始日
day-off = 不计
day-paused = 暂停
day-closed = 已下班
day-carried-over = 顺延
