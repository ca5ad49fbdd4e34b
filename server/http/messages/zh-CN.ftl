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

# Rules of the field that say no, stages, parts of requests, the resident's page

refusal-not-found = 不存在，或不在您的管辖范围内。
refusal-post-forbids = 您在此处的岗位不允许此操作。
refusal-stage-forbids = 当前环节不能进行此操作：{ $stage }。
refusal-unknown-matter = 目录中没有事项 { $matter }。
refusal-matter-not-in-force = 事项 { $matter } 当日未生效，请另选。
refusal-unknown-condition = 该事项没有立案条件 { $condition }。
refusal-unknown-unit = 没有单位 { $unit }，或已停用。
refusal-unknown-kind = 此处没有哨种 { $kind }。
refusal-one-lead = 主办单位必须有且只有一个。
refusal-unit-twice = 单位 { $unit } 重复，或已在办理此案。
refusal-kind-forbids = 您的岗位不能吹此哨种：{ $kind }。
refusal-whistle-open = 此案已有哨在等待审批或正在响应。
refusal-not-approved = 此哨须先审批。
refusal-not-registered = 须先立案再派哨（当前：{ $stage }）。
refusal-no-emergency-condition = 应急哨需要有应急立案条件的事项。
refusal-nobody-to-call = 责任清单未列明单位，请自行指定。
refusal-already-done = 已经做过了。
refusal-not-checked-in = 被吹哨单位须先到现场报到，才能办结。
refusal-others-unfinished = 其他单位尚未办结：{ $units }。
refusal-step-unfinished = 请先完成前面的处置步骤。
refusal-last-step = 最后一步请直接办结。
refusal-return-too-late = 退单申请截止于 { $until }，已过期。
refusal-lead-not-excused = 主办单位不能免除，请改用撤派。
refusal-not-the-blower = 只有吹哨人可以进行此操作。
refusal-handled-it-yourself = 您属于处置单位，须由他人核查。
refusal-dispatched-it-yourself = 本轮由您派遣，须由他人核查。
refusal-not-its-assignment = 派单 { $assignment } 不是本哨本轮已办结的派单。
refusal-standard-not-met = 未确认达到结案标准。
refusal-reopen-too-late = 重办申请截止于 { $until }，已过期。
refusal-already-scored = 该单位已评分，评分不可更改。
refusal-no-feedback = 此案没有待回访的诉求人。
refusal-feedback-concluded = 已经评价过了。
refusal-feedback-expired = 评价截止于 { $until }，已过期。
refusal-no-grid = 位置不在任何已知网格内，没有网格员可去核实。
refusal-not-confirmed = 已请人核实，请等待核实结果，最迟至 { $until }。
refusal-not-empowered = 须由单位负责人办结，或由其指定并授权的经办人办结。
refusal-no-draft = 本单位经办人尚未提交答复，没有可同意的内容。
refusal-no-reopening-request = 没有人申请重办此案，或申请已经答复。
refusal-claimed = { $name } 正在办理此案，至 { $until } 为止。
refusal-not-claimed = 此案目前无人认领。
refusal-not-self-handled = 立案条件 { $condition } 不允许网格员即办。
refusal-evidence-missing = 须附处理前和处理后的照片。
refusal-settled-already = 即办的事项不再吹哨，请去掉吹哨或即办。
refusal-unknown-case = 另一案件不存在，或不在您的管辖范围内。
refusal-same-case = 请另选案件，不能是本案。
refusal-other-ended = 案件 { $number } 已办结或终止，不能并入，请改用关联。
stage-reported = 待受理
stage-confirming = 待核实
stage-accepted = 待立案
stage-registered = 待派遣
stage-assigned = 待签收
stage-handling = 处置中
stage-handled = 待核查
stage-verifying = 核查中
stage-verified = 待结案
stage-closed = 已结案
stage-declined = 不予受理
stage-unregistered = 不予立案
stage-voided = 已作废
stage-merged = 已并案
stage-whistle-requested = 待审哨
stage-whistle-issued = 已派哨
stage-whistle-on-scene = 在场处置
stage-whistle-finished = 待评哨
stage-whistle-scored = 已评哨
stage-whistle-refused = 不予吹哨
stage-whistle-withdrawn = 已撤哨
stage-assignment-issued = 待签收
stage-assignment-signed = 已签收
stage-assignment-contacted = 已联系
stage-assignment-arrived = 已报到
stage-assignment-reported-done = 待单位审核
stage-assignment-finished = 已办结
stage-assignment-returned = 已退单
stage-assignment-revoked = 已撤派
stage-assignment-excused = 已免除
wrong-password-too-short = 至少 8 个字符。
wrong-username-unusable = 只能用字母、数字、点、连字符和下划线，最多 64 个。
wrong-not-uuid-v7 = 必须是第 7 版 UUID。
wrong-not-on-the-globe = 坐标不在地球范围内。
wrong-unknown-grid = 没有这个网格，或已停用。
wrong-nowhere = 请填写坐标或网格。
wrong-half-a-position = 经度和纬度须同时填写。
wrong-unknown-attachment = 您没有上传过这张照片。
wrong-no-picture = 不是可用的 JPEG 或 PNG 图片（每边最多 8000 像素）。
wrong-not-a-matter = 请写类别、连字符和五位数字，如 event-06010。
wrong-grid-twice = 网格重复。
wrong-unknown-village = 网格所属的村（居）不存在。
wrong-boundary = 边界有误（{ $code }），位置 { $place }。
wrong-overlap = 网格 { $a } 与 { $b } 重叠，位置 { $place }，面积 { $area } 平方米。
wrong-one-owner = 区划、单位、网格只能选一个。
wrong-period = 请填写起止日期，起在前，跨度不要过大。
conflict-case-exists = 编号 { $id } 的案件已经上报过。
conflict-external-number = 该外部编号已属于案件 { $id }。
conflict-taken = { $what } 已被占用。
rating-title = 办理结果评价
rating-about = { $town } 案件 { $number }：{ $matter }
rating-contacted = 是否有人与您联系过？
rating-solved = 问题解决了吗？
rating-satisfaction = 您对办理结果满意吗？
rating-yes = 是
rating-no = 否
rating-partly = 部分解决
rating-very-satisfied = 非常满意
rating-satisfied = 满意
rating-basically-satisfied = 基本满意
rating-dissatisfied = 不满意
rating-very-dissatisfied = 非常不满意
rating-text = 还想说点什么？
rating-may-contact = 可以就此与我联系。
rating-send = 提交评价
rating-thanks = 感谢您的评价，已经计入。
rating-gone = 此链接已使用或已过期。
rating-unknown = 链接无效，请检查是否完整。
rating-later = 暂时无法提交，请稍后再试。
rating-incomplete = 请回答全部三个问题（补充意见最多 500 字）。
condition-generic = 一般情形
condition-generic-standard = 问题已解决，现场恢复正常
routing-no-duty = 综合行政执法兜底：责任清单未列明主体责任单位
