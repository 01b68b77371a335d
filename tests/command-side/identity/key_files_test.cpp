// Keys are exchanged in steps; whoever looks between two of them finds files that go together.

#include "command-side/identity/key_files.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "command-side/identity/token.hpp"
#include "events/identity/file_watch.hpp"
#include "events/identity/token_check.hpp"

using namespace ordo;
using namespace ordo::identity;

namespace {

Profile ann() {
  Profile profile;
  profile.user_id = UserId::random();
  profile.username = "ann";
  return profile;
}

struct TwoFiles {
  TwoFiles() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ordo-keys-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    std::ofstream(secret()) << first.pem;
    ::chmod(secret().c_str(), 0640);
    std::ofstream(known()) << public_half(first)->pem;
  }
  ~TwoFiles() { std::filesystem::remove_all(folder); }
  TwoFiles(const TwoFiles&) = delete;
  TwoFiles& operator=(const TwoFiles&) = delete;

  [[nodiscard]] std::string secret() const { return folder + "/private.pem"; }
  [[nodiscard]] std::string known() const { return folder + "/public.pem"; }
  [[nodiscard]] KeyFiles files() const { return {secret(), known()}; }

  [[nodiscard]] std::vector<std::string> uses() const {
    std::vector<std::string> uses;
    const auto listing = files().list();
    REQUIRE(listing);
    for (const auto& key : listing->keys) uses.emplace_back(text(key.use));
    return uses;
  }
  [[nodiscard]] TokenCheck gateway() const { return TokenCheck::open(read_key_file(known()).value(), clock).value(); }
  [[nodiscard]] std::string token() const {
    const auto signer = TokenSigner::open(read_key_file(secret()).value()).value();
    return signer.sign(ann(), clock.now()).value();
  }

  SigningKey first = make_private_key().value();
  std::string folder;
  mutable SystemClock clock;
};

using Uses = std::vector<std::string>;

}  // namespace

TEST_CASE("a gateway knows the next key before identity signs with it") {
  TwoFiles both;
  CHECK(both.uses() == Uses{"signs"});
  const auto next = both.files().announce();
  REQUIRE(next);
  CHECK(both.uses() == Uses{"signs", "next"});
  const auto gateway_of_that_moment = both.gateway();
  CHECK(gateway_of_that_moment.check(both.token()));

  REQUIRE(both.files().promote());
  CHECK(both.uses() == Uses{"checks", "signs"});
  CHECK(read_private_key(read_key_file(both.secret()).value())->id == *next);
  CHECK(gateway_of_that_moment.check(both.token()));
}

TEST_CASE("tokens of the key before are good until it is retired") {
  TwoFiles both;
  const auto old_token = both.token();
  REQUIRE(both.files().announce());
  REQUIRE(both.files().promote());
  auto gateway = both.gateway();
  CHECK(gateway.check(old_token));
  REQUIRE(both.files().retire(both.first.id));
  REQUIRE(gateway.replace_keys(read_key_file(both.known()).value()));
  CHECK(gateway.check(old_token).error() == TokenProblem::unknown_key);
  CHECK(gateway.check(both.token()));
  CHECK(both.uses() == Uses{"signs"});
}

TEST_CASE("a rotation that was interrupted goes on with the key that it began with") {
  TwoFiles both;
  const auto begun = both.files().announce().value();
  SECTION("after the first step") {}
  SECTION("before gateways were told") { std::ofstream(both.known()) << public_half(both.first)->pem; }
  CHECK(both.files().announce() == begun);
  CHECK(both.uses() == Uses{"signs", "next"});
  CHECK(both.files().promote());
}

TEST_CASE("no key signs that gateways were not told of, and none is promoted twice") {
  TwoFiles both;
  CHECK(both.files().promote().error().kind == FailureKind::conflict);
  REQUIRE(both.files().announce());
  std::ofstream(both.known()) << public_half(both.first)->pem;
  CHECK(both.files().promote().error().kind == FailureKind::conflict);
  REQUIRE(both.files().announce());
  REQUIRE(both.files().promote());
  CHECK(both.files().promote().error().kind == FailureKind::conflict);
}

TEST_CASE("the key that signs, the one that comes and one that is not there are not retired") {
  TwoFiles both;
  const auto next = both.files().announce().value();
  for (const auto& id : {both.first.id, next, std::string("0123456789abcdef"), std::string()}) {
    CHECK(both.files().retire(id).error().kind == FailureKind::conflict);
  }
}

TEST_CASE("a replaced file keeps its rights, and a private key never has more than it had") {
  TwoFiles both;
  REQUIRE(both.files().announce());
  REQUIRE(both.files().promote());
  struct stat about{};
  REQUIRE(::stat(both.secret().c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0640);
}

TEST_CASE("files that do not go together are left alone") {
  TwoFiles both;
  std::ofstream(both.known()) << public_half(make_private_key().value())->pem;
  CHECK(both.files().announce().error().kind == FailureKind::corrupt);
  std::ofstream(both.known()) << "nonsense";
  CHECK(both.files().announce().error().kind == FailureKind::corrupt);
  CHECK_FALSE(std::filesystem::exists(both.secret() + ".next"));
}
