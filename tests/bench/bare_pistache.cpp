// The measure of tests/bench/gateway: Pistache as its documentation shows it, one thread, the same answer to everybody.
//   bare_pistache PORT BYTES: every request is answered with 200 and a JSON body of so many bytes. SIGTERM ends it.
// It may give one client's answer to another (gateway/http/README.md), so it is good for nothing else.

#include <csignal>
#include <cstdlib>
#include <string>

#include <pistache/endpoint.h>

namespace {

class Fixed final : public Pistache::Http::Handler {
 public:
  HTTP_PROTOTYPE(Fixed)

  explicit Fixed(std::string body) : body_(std::move(body)) {}

  void onRequest(const Pistache::Http::Request&, Pistache::Http::ResponseWriter response) override {
    response.send(Pistache::Http::Code::Ok, body_, MIME(Application, Json));
  }

 private:
  std::string body_;
};

}  // namespace

int main(int count, char** words) {
  if (count != 3) return 2;
  sigset_t told;
  sigemptyset(&told);
  sigaddset(&told, SIGTERM);
  sigaddset(&told, SIGINT);
  pthread_sigmask(SIG_BLOCK, &told, nullptr);
  Pistache::Http::Endpoint endpoint(Pistache::Address("127.0.0.1", Pistache::Port(static_cast<std::uint16_t>(std::atoi(words[1])))));
  const auto flags = Pistache::Flags<Pistache::Tcp::Options>(Pistache::Tcp::Options::ReuseAddr) | Pistache::Tcp::Options::NoDelay;
  endpoint.init(Pistache::Http::Endpoint::options().threads(1).flags(flags));
  endpoint.setHandler(Pistache::Http::make_handler<Fixed>(std::string(static_cast<std::size_t>(std::atoi(words[2])), '1')));
  endpoint.serveThreaded();
  int signal = 0;
  sigwait(&told, &signal);
  endpoint.shutdown();
  return 0;
}
