"""The Dockerfiles follow the rules, and each rule is enforced."""

import pathlib
import re
import unittest

import dockerfile_rules as rules

ROOT = pathlib.Path(__file__).resolve().parents[3]
CPP = ("todo-be", "broadcaster", "todo-cron", "receiver")


FILES = {**dict.fromkeys(CPP, "services"), "todo-fe": "todo-fe"}


def text_of(service):
    return (ROOT / f"docker/{FILES[service]}.Dockerfile").read_text(encoding="utf-8")


class Dockerfiles(unittest.TestCase):
    def test_all_follow_the_rules(self):
        for service in FILES:
            self.assertEqual([], rules.problems(text_of(service), service), service)

    def test_there_is_an_image_for_each_service(self):
        services = {
            f.parent.name for f in (ROOT / "services").glob("*/[CMp]*") if f.name in ("CMakeLists.txt", "package.json")
        }
        self.assertEqual(services | {"receiver"}, set(FILES))
        self.assertEqual(
            {f"{name}.Dockerfile" for name in FILES.values()}, {f.name for f in (ROOT / "docker").glob("*.Dockerfile")}
        )

    def test_each_cpp_image_takes_its_program_from_the_shared_build(self):
        for service in CPP:
            final = rules.final(rules.stages(rules.instructions(text_of(service))), service)
            self.assertEqual([f"--from=build /image/{service}/ /"], [rest for name, rest in final if name == "COPY"])
            self.assertEqual(f'["/usr/bin/{service}"]', dict(final)["ENTRYPOINT"])

    def test_copied_files_are_in_the_build_context(self):
        allowed = [
            line[1:]
            for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
            if line.startswith("!")
        ]
        for service in (*CPP, "todo-fe"):
            for name, rest in rules.instructions(text_of(service)):
                sources = rest.split()[:-1] if name == "COPY" and "--from" not in rest else []
                for source in sources:
                    self.assertTrue((ROOT / source).exists(), f"{service}: {source}")
                    self.assertTrue(
                        any(source == a or source.startswith(a + "/") for a in allowed),
                        f"{service}: {source} in .dockerignore",
                    )


class EachRule(unittest.TestCase):
    """One change to a valid Dockerfile, and its one violation."""

    CASES = [
        (r"@sha256:\w+", "", "pinned by tag and digest"),
        (r":[\w-]+@sha256:\w+", ":latest", "latest is no version"),
        (r"FROM scratch", "FROM build", "FROM scratch"),
        (r"FROM common AS todo-be", "FROM build AS todo-be", "FROM scratch"),
        (r"USER 1001:1001\n", "", "USER 1001:1001"),
        (r"USER 1001:1001", "USER root", "USER 1001:1001"),
        (r"USER 1001:1001", "USER 1001:1001\nRUN id", "runs nothing"),
        (r'ENTRYPOINT \["([^"]+)"\]', r"ENTRYPOINT \1", "ENTRYPOINT is a list"),
        (r"EXPOSE [\d ]+\n", "", "EXPOSE is missing"),
        (r"STOPSIGNAL \w+\n", "", "STOPSIGNAL is missing"),
        (r'image\.revision="', 'image.source="', "image.revision is missing"),
        (r'image\.title="todo-be"', 'image.title="other"', "title is todo-be"),
        (r"COPY libs libs", "ADD https://example.org/libs.tar libs", "ADD fetches"),
        (r"COPY libs libs", "COPY . .", "COPY . brings everything"),
        (r"COPY libs libs", "ENV API_TOKEN=abc", "no secret"),
        (r"RUN docker/stage/packages.*", "RUN apt-get install -y clang", "said once"),
        (r"RUN docker/stage/packages", "COPY libs libs\nRUN docker/stage/packages", "before the packages"),
    ]

    def test_is_enforced(self):
        for pattern, replacement, complaint in self.CASES:
            with self.subTest(complaint):
                changed, count = re.subn(pattern, replacement, text_of("todo-be"), count=1)
                self.assertEqual(1, count)
                self.assertIn(complaint, "\n".join(rules.problems(changed, "todo-be")))


if __name__ == "__main__":
    unittest.main()
