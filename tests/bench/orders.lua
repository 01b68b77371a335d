-- wrk's requests for tests/bench/gateway: orders, each under a key of its own.
local number, prefix = 0, tostring({}):sub(8) .. os.time()
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"items":[{"sku":"TEA-1","name":"Green tea","quantity":2,"unit_price":625},{"sku":"POT-1","quantity":1,"unit_price":3000}],"currency":"EUR"}'

function request()
  number = number + 1
  wrk.headers["Idempotency-Key"] = prefix .. number
  return wrk.format()
end
