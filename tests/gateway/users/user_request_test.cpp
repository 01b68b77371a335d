#include <catch2/catch.hpp>

#include <algorithm>

#include "gateway/users/user_request.hpp"

namespace ordo::identity {
namespace {

std::vector<std::string> pointers_of(const http::Problem& problem) {
  std::vector<std::string> pointers;
  for (const auto& error : problem.errors) pointers.push_back(error.pointer);
  std::ranges::sort(pointers);
  return pointers;
}

ProfileChange profile_change(std::string_view body, UserId user) { return std::get<ProfileChange>(read_own_change(body, user).value()); }

}  // namespace

TEST_CASE("a registration that breaks the contract is refused, with all that is wrong with it") {
  struct Row {
    std::string_view body;
    std::vector<std::string> pointers;
  };
  for (const auto& row : {
           Row{"{}", {"/email", "/password", "/username"}},
           Row{R"({"username":"","password":"","email":"nobody","admin":true})", {"/admin", "/email", "/password", "/username"}},
           Row{R"({"username":"anna","password":"long enough","email":"a@b.example","roles":["admin"]})", {"/roles"}},
           Row{R"({"username":"anna","password":"long enough","email":1,"phone":2,"locale":3})", {"/email", "/locale", "/phone"}},
           Row{R"({"username":"anna","password":"long enough","email":"anna@example.com","locale":""})", {"/locale"}},
           Row{R"({"username":"!!","password":"short","email":"nobody","phone":"call me","locale":"xx","admin":true})",
               {"/admin", "/email", "/locale", "/password", "/phone", "/username"}},
           Row{R"({"username":"an\u0000na","password":"long enough","email":"a@b.example"})", {"/username"}},
       }) {
    INFO(row.body);
    const auto user = read_new_user(row.body);
    REQUIRE_FALSE(user.has_value());
    CHECK(user.error().code == http::ProblemCode::validation_failed);
    CHECK(pointers_of(user.error()) == row.pointers);
  }
}

TEST_CASE("a change of the profile names what changes, and null takes the number away") {
  const auto user = UserId::random();
  const auto nothing = profile_change("{}", user);
  REQUIRE(nothing.user_id == user);
  REQUIRE_FALSE((nothing.email || nothing.phone || nothing.locale));
  REQUIRE(profile_change(R"({"locale":"ru"})", user).locale == "ru");
  REQUIRE(profile_change(R"({"phone":null})", user).phone == "");
  REQUIRE(profile_change(R"({"phone":"+491701234567"})", user).phone == "+491701234567");
  REQUIRE(profile_change(R"({"channels":[]})", user).channels->empty());
  REQUIRE(profile_change(R"({"channels":["email"]})", user).channels == std::vector<std::string>{"email"});
  REQUIRE(pointers_of(read_own_change(R"({"channels":["email",7]})", user).error()) ==
          std::vector<std::string>{"/channels/1"});
  REQUIRE(pointers_of(read_own_change(R"({"channels":"email"})", user).error()) == std::vector<std::string>{"/channels"});
  REQUIRE(pointers_of(read_own_change(R"({"email":null,"username":"x"})", user).error()) ==
          std::vector<std::string>{"/email", "/username"});
  REQUIRE(pointers_of(read_own_change(R"({"email":"nobody","phone":"1","locale":"xx","channels":["pigeon"]})", user).error()) ==
          std::vector<std::string>{"/channels", "/email", "/locale", "/phone"});
}

TEST_CASE("a password is changed by itself, with the one before and a good one") {
  const auto user = UserId::random();
  const auto change = read_own_change(R"({"current_password":"old enough","new_password":"new enough"})", user);
  const auto& password = std::get<PasswordChange>(change.value());
  REQUIRE(password.user_id == user);
  REQUIRE(password.current_password == "old enough");
  REQUIRE(password.new_password == "new enough");
  struct Row {
    std::string_view body;
    std::vector<std::string> pointers;
  };
  for (const auto& row : {
           Row{R"({"current_password":"old enough"})", {"/new_password"}},
           Row{R"({"new_password":"new enough"})", {"/current_password"}},
           Row{R"({"current_password":"old enough","new_password":"short"})", {"/new_password"}},
           Row{R"({"current_password":"old enough","new_password":"old enough"})", {"/new_password"}},
           Row{R"({"current_password":"old enough","new_password":"new enough","email":"a@b.example"})", {"/new_password"}},
           Row{R"({"current_password":7,"new_password":"new enough","roles":["admin"]})", {"/current_password", "/roles"}},
       }) {
    INFO(row.body);
    CHECK(pointers_of(read_own_change(row.body, user).error()) == row.pointers);
  }
}

}  // namespace ordo::identity
