#include "pg/conninfo.hpp"

#include <cstdlib>

#include "support/catch.hpp"

using namespace tidings::pg;

TEST_CASE("settings that can never connect are reported without any part of a password") {
    struct row {
        const char *conninfo, *problem;
    };
    const auto [conninfo, problem] = GENERATE(
        row{"localhost:5432/tidings", "neither keyword=value"}, row{"http://h/x", "neither keyword=value"},
        row{"mysql://u:hunter2@h/x", "neither keyword=value"}, row{"u:hunter2@h:5432/x", "neither keyword=value"},
        row{"postgresql://u:hunter2@h/x?sslmod=require", "no option 'sslmod'"},
        row{"postgresql://h/x?sslmode=requir", "sslmode must be one of"}, row{"host=h hots=x", "no option 'hots'"},
        row{"host=h password=my hunter2=x", "neither keyword=value"},
        row{"postgresql://h/x?password=a%zzhunter2", "neither keyword=value"},
        row{"postgresql://h:99999/x", "the port is not one of"}, row{"postgresql://h:0/x", "the port is not one of"},
        row{"postgresql://h/x?target_session_attrs=master", "target_session_attrs must be one of"},
        row{"host=h gssencmode=maybe", "gssencmode must be one of"},
        row{"host=h channel_binding=hunter2", "channel_binding must be one of"},
        row{"host=h connect_timeout=hunter2", "connect_timeout is not a number"},
        row{"host=h keepalives=1s", "keepalives is not a number"}, row{"hostaddr=hunter2", "hostaddr is not an IP"},
        row{"host=a,b hostaddr=127.0.0.1", "not as many addresses as hosts"},
        row{"host=a,b port=1,2,3", "not as many ports as hosts"},
        row{"hostaddr=127.0.0.1,127.0.0.2 port=1,2,3", "not as many ports as hosts"},
        row{"host=h sslrootcert=/no/such/ca.pem", "sslrootcert: the file /no/such/ca.pem cannot be read"},
        row{"host=h sslkey=/no/such/key", "sslkey: the file /no/such/key cannot be read"},
        row{"postgresql://u:12/hunter2@h/x", "percent-encode the password"},
        row{"postgresql://u:/hunter2@h", "percent-encode the password"});
    CAPTURE(conninfo);
    const auto found = conninfo_problem(conninfo);
    CHECK(found.find(problem) != std::string::npos);
    CHECK(found.find("hunter2") == std::string::npos);
}

TEST_CASE("valid settings have no problem and are shown without the login") {
    CHECK(conninfo_problem("postgresql://u:p%40@h/x?sslmode=require") == "");
    CHECK(conninfo_problem("host=a,b hostaddr=127.0.0.1,::1 connect_timeout=-1 keepalives=0") == "");
    CHECK(conninfo_problem("host=a,b port=1,2 dbname=x password='it is'") == "");
    CHECK(conninfo_problem("hostaddr=127.0.0.1,127.0.0.2 port=1,2 dbname=x") == "");
    CHECK(conninfo_problem("host=h dbname='a/b@c'") == "");
    CHECK(conninfo_target("postgresql://u:hunter2@h/x") == "h:5432/x");
    CHECK(conninfo_target("host=a,b port=1,2 dbname=x password=hunter2") == "a:1,b:2/x");
}

TEST_CASE("an insecure connection is told apart from a secure one") {
    struct row {
        const char* conninfo;
        bool readable;
    };
    const row rows[] = {
        {"", false},
        {"host=127.0.0.1", false},
        {"host=localhost", false},
        {"host=::1", false},
        {"host=/run/postgresql", false},
        {"postgresql://tidings@127.0.0.1:5432/tidings", false},
        {"host=db", true},
        {"host=10.0.0.5", true},
        {"host=db hostaddr=127.0.0.1", false},
        {"host=localhost hostaddr=10.0.0.5", true},
        {"host=127.0.0.1,db", true},
        {"postgresql://tidings@db/tidings", true},
        {"host=db sslmode=disable", true},
        {"host=db sslmode=allow", true},
        {"host=db sslmode=prefer", true},
        {"host=db sslmode=require", false},
        {"host=db sslmode=verify-ca", false},
        {"postgresql://db/tidings?sslmode=verify-full", false},
        {"no conninfo", false},
    };
    for (const auto& [conninfo, readable] : rows) {
        INFO(conninfo);
        CHECK(readable_on_the_way(conninfo) == readable);
    }
    ::setenv("PGSSLMODE", "verify-full", 1);
    CHECK_FALSE(readable_on_the_way("host=db"));
    CHECK(readable_on_the_way("host=db sslmode=prefer"));
    ::unsetenv("PGSSLMODE");
    CHECK(readable_on_the_way("host=db"));
}
