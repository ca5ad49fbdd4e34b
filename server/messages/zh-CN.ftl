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
import-changed = 已更改 { $changed } 项
import-refused = { $file } 有 { $faults } 处错误，未导入任何内容。
import-too-large = { $file } 超过 { $bytes } 字节，请拆分后再导入。
import-unknown-matter = { $file }：事项 { $matter } 不在任何目录中，请先导入目录。
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
