# 每一类问题：标题，以及没有更具体说法时的说明（detail）。

problem-bad-request = 请求无法理解
    .detail = 服务器无法理解这个请求，请对照接口文档检查。
problem-malformed-json = 请求体不是合格的 JSON
    .detail = 请修正所列之处后重新发送。
problem-unreadable-body = 请求体没有读完
    .detail = 连接中断，或请求体与声明的不符，请重新发送。
problem-invalid-parameter = 参数有误
    .detail = 请修正所列的参数后重新发送。
problem-unknown-field = 请求体中有不认识的字段
    .detail = 请去掉或改正所列的字段，字段名称见接口文档。
problem-idempotency-key-missing = 缺少 Idempotency-Key
    .detail = 请为每次上报生成一个编号，放在 Idempotency-Key 头中；重试时使用同一个编号。
problem-unauthenticated = 尚未登录
    .detail = 请先登录；如已登录，会话可能已经结束，请重新登录。
problem-wrong-credentials = 用户名或密码不正确
    .detail = 请检查用户名和密码后重试。
problem-forbidden = 没有权限
    .detail = 您的岗位不能进行这项操作。
problem-no-such-route = 没有这个地址
    .detail = 请对照接口文档检查地址。
problem-not-found = 没有找到
    .detail = 编号不存在，或者不在您的管辖范围内。
problem-method-not-allowed = 这个地址不支持该方法
    .detail = 可用的方法见 Allow 头。
problem-action-not-allowed = 当前阶段不能这样做
    .detail = 案件已处于其他阶段，现在可以进行的操作见 allowed。
problem-conflict = 与现有数据冲突
    .detail = 现有数据不允许这样做，请刷新后再试。
problem-in-progress = 同一请求正在处理
    .detail = 使用同一 Idempotency-Key 的请求尚未完成，请稍后重试。
problem-gone = 已经失效
    .detail = 它曾经存在，但已经使用过或已经过期。
problem-stale-version = 数据已被他人更新
    .detail = 您看到的不是最新版本，请刷新后再决定。
problem-body-too-large = 请求体太大
    .detail = 请减小内容后重新发送。
problem-unsupported-media-type = 不支持这种内容类型
    .detail = 请按接口文档设置 Content-Type，例如 application/json（UTF-8）。
problem-invalid-body = 请求体不符合要求
    .detail = 请修正所列的字段后重新发送。
problem-idempotency-key-reused = Idempotency-Key 已被另一个请求使用
    .detail = 同一编号先前随另一份内容发送过，请为新的内容生成新的编号。
problem-rule-violated = 不符合业务规则
    .detail = 请按所列说明修改后重新提交。
problem-precondition-required = 缺少 If-Match
    .detail = 作出决定前请先读取最新版本，并把它的 ETag 放在 If-Match 头中。
problem-too-many-requests = 请求太频繁
    .detail = 请稍候再试，等待的秒数见 Retry-After 头。
problem-internal = 服务器出错
    .detail = 问题已经记录，请凭 request_id 联系管理员。
problem-unavailable = 服务暂时不可用
    .detail = 服务器正在启动、停止，或存储没有响应，请稍后重试。
problem-deadline-passed = 没有按时完成
    .detail = 服务器未能在规定时间内完成，结果未知；请用同一 Idempotency-Key 重试。

# 请求体和参数

json-empty = 请求体是空的，应为 JSON。
json-malformed = 第 { $line } 行第 { $column } 列附近不是合格的 JSON。
body-larger-than = 请求体最多 { $bytes } 字节，请减小内容后重新发送。
parameter-unreadable = 参数的值无法识别，格式见接口文档。

# 逐项错误

fault-required = 必须填写。
fault-unknown-field = 没有这个字段。
fault-unknown-parameter = 没有这个参数。
fault-repeated-parameter = 只能出现一次。
fault-duplicate-field = 同一个字段出现了两次。
fault-too-deep = 嵌套最多 { $max } 层。
fault-wrong-type = { $type ->
    [string] 应为文字。
    [integer] 应为整数。
    [number] 应为数字。
    [boolean] 应为 true 或 false。
    [array] 应为列表。
   *[object] 应为对象。
}
fault-null = 不能为 null；不填时请省略这个字段。
fault-one-of = 只能是：{ $allowed }。
fault-no-shape = 不是任何一种允许的形式。
fault-too-short = 至少 { $min } 个字符。
fault-too-long = 最多 { $max } 个字符。
fault-pattern = 格式不对，应匹配 { $pattern }。
fault-format = { $format ->
    [uuid] 应为 UUID，例如 0198c5a0-5b1e-7c3d-9a4f-2b6e8d0c1f35。
    [date] 应为日期，例如 2026-03-01。
   *[other] 应为带时差的时间，例如 2026-03-01T09:30:00+08:00。
}
fault-control-character = 不能含有控制字符 { $character }。
fault-too-small = 不能小于 { $min }。
fault-not-above = 必须大于 { $min }。
fault-too-large = 不能大于 { $max }。
fault-not-below = 必须小于 { $max }。
fault-not-multiple = 应为 { $of } 的倍数。
fault-too-few-items = 至少 { $min } 项。
fault-too-many-items = 最多 { $max } 项。
fault-repeated-item = 这一项重复了。
fault-unreadable = 值无法识别（{ $reason }）。
