"""The tools known to check something, by the start of the command that runs them.

Every pattern is matched against the beginning of one command (`metrics.signals.tree.ci.command`): installing a tool or
naming it as a dependency is not running it. An action reads `uses owner/name@version inputs`.
"""

import re


def starting_with(choices: str) -> re.Pattern[str]:
    """A pattern for commands that start with one of these, in any folder, and end a word there."""
    return re.compile(rf"(?:[\w./${{}}()-]{{0,80}}/)?(?:{_joined(choices)})(?![\w/.-])", re.IGNORECASE)


def using(actions: str) -> re.Pattern[str]:
    """A pattern for steps that use one of these actions, at any version."""
    return re.compile(rf"uses (?:docker://)?(?:{_joined(actions)})(?:/[\w./-]+)?[@: ]", re.IGNORECASE)


def _joined(choices: str) -> str:
    """The alternatives of a table: one or more to a line, two blanks between them."""
    return "|".join(re.split(r"\s{2,}", choices.strip()))


def either(*patterns: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern.pattern})" for pattern in patterns), re.IGNORECASE)


TESTS = either(
    starting_with(
        r"""
        py\.?test  unittest  manage\.py test  django-admin test  runtests(\.py|\.sh)?  setup\.py test  trial
        nosetests?  nose2  behave  robot  stestr  zope-testrunner  molecule test  jest  vitest  mocha  ava  tap
        karma  jasmine  playwright test  cypress run  wdio  ng test  ember test  node --test  deno test
        bun test  (npm|pnpm|yarn|bun)( run)? (t|test[\w:.-]*)  react-scripts test  web-test-runner  wtr  uvu
        testcafe  storybook test  test-storybook  go(tip)? test  gotestsum  ginkgo
        cargo (\+\S+ )?(test|nextest|llvm-cov|tarpaulin|miri)  cross test  rails test\S*  rake (test|spec)\S*
        rake  minitest  cucumber  turbo_tests  parallel_r?(spec|test)
        mvnw? .*\b(test|verify|install|package|deploy)  gradlew? .*(test|check|build)\w*  sbt .*test
        mill .*test  lein test\S*  clojure .*test  dotnet (test|run .*test)  nunit3-console
        vstest\.console(\.exe)?  phpunit  pest  codecept run  paratest  artisan test  mix (test|coveralls\S*)
        rebar3 (eunit|ct|do)  ctest  meson test  ninja test  bazel(isk)? .*\btest  buck2? test  pants .*test
        swift test  xcodebuild .*\btest\S*  fastlane \S*test\S*  flutter test  dart test  (stack|cabal) .*test
        zig build test  julia .*test  bats  shellspec  shunit2  prove  dune (runtest|test|build @runtest)
        helm unittest  tox  nox  make \S*(test|check)\S*  just \S*test\S*  task \S*test\S*  mage \S*test\S*
        R CMD check  hatch (run )?\S*test\S*  perl .*\bt/  runtests?  crystal spec  nim .*test  forge test
        hardhat test  truffle test  avocado run  testem ci  busted  lerna run test\S*  turbo run .*\btest\S*
        nx .*\btest\S*  (run|ci)[-_]?(unit[-_]?)?tests?(\.\w+)?  test[-_]\w[\w.-]*\.(sh|py|js|rb|pl)
        unit[-_]?tests?(\.\w+)?  promtool test  opa test  (?<=/)tests?  rspec
        """
    ),
    using(
        r"""
        cypress-io/github-action  gradle/gradle-build-action  borales/actions-yarn \S*test  dotnet/test
        r-lib/actions/check-r-package  julia-actions/julia-runtest  pmeier/pytest-\S+
        """
    ),
)

STATIC = either(
    starting_with(
        r"""
        ruff(-\w+)?  flake8  pylint  pyflakes  pycodestyle  pydocstyle  black  isort  yapf  autopep8  d?mypy
        (based)?pyright  pyre( check)?  pyrefly  ty check  ty  pytype  pyupgrade  mirrors-mypy  eslint  oxlint
        biome  prettier  stylelint  standard  ts-standard  xo  tslint  tsc  vue-tsc  svelte-check  astro check
        next lint  ng lint  dprint  knip  golangci-lint( run)?  golint  staticcheck  go(tip)? vet  gofm[ty]
        gofumpt  goimports  revive  gci  cargo (\+\S+ )?(clippy|fmt)  rustfmt  clippy  rubocop  standardrb
        srb tc  reek  steep check  haml-lint  slim-lint  erb_?lint  herb  ktlint\w*  detekt\w*  checkstyle\w*
        pmd\w*  spotbugs\w*  spotless\w*  errorprone  google-java-format  scalafmt\S*  scalafix\S*  shellcheck
        shfmt  hadolint(-docker)?  yamllint  markdownlint(-cli2?)?  mdl  taplo  phpcs  php-cs-fixer  phpstan
        psalm  pint  phan  rector  ecs check  mix (format|credo|dialyzer)  dialyzer  dotnet (format|csharpier)
        clang-(tidy|format)\S*  run-clang-(tidy|format)\S*  cppcheck  cpplint\S*  swiftlint  swiftformat
        swift-format  hlint  ormolu  fourmolu  djlint  djhtml  djade  curlylint  sqlfluff  sqruff  actionlint
        ansible-lint  terraform fmt  terragrunt hclfmt  tofu fmt  tflint  dart (analyze|format)  flutter analyze
        deno (lint|fmt|check)  luacheck  stylua  selene  vint  zig fmt  crystal tool format  fmt-check
        checkpatch\.pl  perlcritic  lintr  vulture
        (npm|pnpm|yarn|bun)( run)? (lint|format|type-?check|check-types|tsc|prettier|eslint)[\w:.-]*
        lint-staged  mvnw? .*\b(checkstyle|spotless|pmd|spotbugs|detekt|ktlint|formatter|fmt):\S+
        gradlew? .*\b\S*(lint|ktlint|detekt|spotless|checkstyle|pmd|spotbugs)\S*
        (bazel(isk)?|buck2?|pants) .*\b(lint|fmt|check)\S*
        (make|just|task|mage|nox|tox) \S*(lint|fmt|typing|mypy)\S*
        (turbo|nx|lerna)( run| affected| run-many)? .*\b(lint|typecheck|type-check|check-types)\S*
        mega-?linter\S*  rake \S*(rubocop|lint)\S*  internal_investigation  qlty check  trunk check
        """
    ),
    using(
        r"""
        golangci/golangci-lint-action  psf/black  (astral-sh|chartboost)/ruff-action
        (super-linter|github)/super-linter  oxsecurity/megalinter  reviewdog/action-\S+
        hadolint/hadolint-action  ludeeus/action-shellcheck  actions-rs/clippy-check
        dominikh/staticcheck-action  jakebailey/pyright-action  karancode/yamllint\S*  ibiqlik/action-yamllint
        rubocop/\S+  trunk-io/trunk-action  biomejs/setup-biome  wearerequired/lint-action
        davidanson/markdownlint-cli2-action  norwoodj/helm-docs  helm/chart-testing-action  cpp-linter/\S+
        jidicula/clang-format-action  doublify/pre-commit-clang-format  pre-commit-ci/lite-action
        creyD/prettier_action
        """
    ),
)

SECRET_SCAN = either(
    starting_with(
        r"""
        gitleaks(-docker|-system)?  trufflehog  detect-secrets(-hook)?  ggshield  git-secrets  secretlint
        detect-(private-key|aws-credentials)  kingfisher scan  noseyparker  trivy .*--scanners \S*secret\S*
        talisman(-\S+)?  whispers  template \w+ \S*secret-detection\S*
        """
    ),
    using(
        r"""
        (gitleaks|zricethezav)/gitleaks\S*  trufflesecurity/trufflehog  gitguardian/ggshield\S*
        """
    ),
)

DEPENDENCY_SCAN = either(
    starting_with(
        r"""
        pip-audit  (npm|pnpm|yarn|bun)( npm)? audit  osv-scanner  trivy (fs|repo|image|rootfs|filesystem|vm)
        grype  safety (check|scan)  cargo (audit|deny)  cargo-(audit|deny)  govulncheck  nancy  bundler?-audit
        bundle audit  snyk test  composer audit  mix (deps|hex)\.audit  mix_audit  dotnet list .*--vulnerable
        uv audit  dependency-?check\S*  mvnw? .*dependency-check\S*  gradlew? .*dependencyCheck\S*  retire
        audit-ci  better-npm-audit  local-php-security-checker  symfony security:check  docker scout cves
        auditjs  anchore  template \w+ \S*(dependency|container)-scanning\S*  jake ddt  fossa test
        """
    ),
    using(
        r"""
        actions/dependency-review-action  google/osv-scanner-action  aquasecurity/trivy-action
        anchore/scan-action  pypa/gh-action-pip-audit  snyk/actions  golang/govulncheck-action
        rustsec/audit-check  actions-rs/audit-check  EmbarkStudios/cargo-deny-action  dependency-check/\S+
        docker/scout-action  rubysec/\S+  fossas/fossa-action  oke-py/npm-audit-action  google/osv-scanner/\S+
        symfonycorp/security-checker-action
        """
    ),
)

CODE_SCAN = either(
    starting_with(
        r"""
        opengrep  bandit  gosec  brakeman  sonar-?scanner\S*  mvnw? .*sonar:sonar  gradlew? .*\bsonar\w*
        dotnet[- ]sonarscanner  snyk code  njsscan  flawfinder  codeql  qodana  bearer scan  horusec  cppcheck
        psalm .*--taint-analysis  security-code-scan  findsecbugs\S*  infer run  coverity  cov-build
        template \w+ \S*sast\S*  zizmor(-pre-commit)?  pyre analyze  pysa  mix sobelow  sobelow  dlint
        clang-static-analyzer|scan-build  eslint .*security  joern  semgrep(?! --test)
        """
    ),
    using(
        r"""
        github/codeql-action/analyze  (returntocorp|semgrep)/semgrep\S*  SonarSource/\S+  facebook/pysa-action
        JetBrains/qodana-action  securego/gosec  bearer/bearer-action  snyk/actions
        (pycqa|tj-actions|mdegis)/bandit\S*  zizmorcore/zizmor-action  microsoft/security-devops-action
        microsoft/devskim-action  checkmarx/\S+  veracode/\S+  github/codeql-action/autobuild-and-analyze
        endorlabs/\S+  codacy/codacy-analysis-cli-action  brakeman/\S+
        """
    ),
)

POLICY = either(
    starting_with(
        r"""
        conftest (test|verify)  conftest  opa (test|eval|check|exec)  regal lint  checkov  tfsec  terrascan
        kics  kyverno (apply|test)  sentinel test  kube-linter  kubescape  datree test  polaris audit
        kube-score  danger(-js|-python|-swift|-kotlin)?( ci| pr| local)?  commitlint  gitlint  cz check
        commitizen(-branch)?  conform enforce  trivy config  cfn-guard  cfn_nag\S*  terraform-compliance
        repolinter  reuse lint  reuse  licensefinder  license_finder  licensed status  pip-licenses
        license-checker\S*  addlicense .*-check  vacuum lint.*policy  template \w+ \S*danger-review\S*
        conventional-pre-commit  ls-lint  policy[-_]\w[\w.-]*  check[-_]polic\w+\S*
        """
    ),
    using(
        r"""
        bridgecrewio/checkov-action  aquasecurity/tfsec-action  open-policy-agent/\S+  kyverno/\S+  danger/\S+
        amannn/action-semantic-pull-request  wagoid/commitlint-github-action  fsfe/reuse-action
        checkmarx/kics-github-action  instrumenta/conftest-action  YubicoLabs/action-conftest
        apache/skywalking-eyes\S*  stackrox/kube-linter-action  dangoslen/changelog-enforcer  tim-actions/\S+
        webiny/action-conventional-commits  docker/github-builder-policy  ytanikin/\S+  crate-ci/committed
        mszostok/codeowners-validator  step-security/policy\S*  \S+/dco\S*
        """
    ),
)

ARCHITECTURE = either(
    starting_with(
        r"""
        lint-imports  import-linter  importlinter  depcruise  dependency-cruiser  deptrac\S*  tach (check|test)
        tach  packwerk (check|validate)  go-arch-lint( check)?  arch-go  archunit\S*  madge .*--circular
        dpdm .*--exit-code  sheriff verify  konsist\S*  pydeps .*--no-show  skott  good-fences  gf  phparkitect
        phpat  layerslint  structurizr validate  mvnw? .*jqassistant\S*  jqassistant  modulith  boundaries
        steiger  arkit
        (npm|pnpm|yarn|bun)( run)? (depcruise|arch|boundaries|deps:check|lint:deps|lint:arch)[\w:-]*
        cargo modules .*--acyclic
        """
    ),
    using(
        r"""
        infection/deptrac\S*  tach-org/\S+  mshick/\S*depcruise\S*
        """
    ),
)

CONTRACT_BREAKING = either(
    starting_with(
        r"""
        buf breaking  buf-breaking  oasdiff (breaking|changelog --fail)  oasdiff  openapi-diff  openapi-changes
        optic diff  graphql-inspector (diff|validate)  rover (sub)?graph check  rover graph check
        apollo (service|client):check  hive schema:check  swagger-diff  asyncapi diff  asyncapi-diff
        avro-compat\S*  schema-registry\S*  mvnw? .*schema-registry:test-compatibility
        gradlew? .*testSchemas\w*  prototool break  protolock status  cargo(-| )semver-checks
        cargo public-api .*--deny  api-extractor run  griffe check  (go)?apidiff  gorelease
        mvnw? .*(japicmp|revapi|clirr):\S+  japicmp\w*  revapi\w*  gradlew? .*\b(apiCheck|japicmp|revapi)
        abi-compliance-checker  abidiff  roave-backward-compatibility-check  dotnet apicompat
        json-schema-diff\S*  specmatic backward-compatibility-check  bump diff  tufin/oasdiff  openapi-compare
        confluent schema-registry .*compatibility
        """
    ),
    using(
        r"""
        bufbuild/buf-breaking-action  oasdiff/\S+  (kamilkisiela|graphql-hive|the-guild-org)/graphql-inspector
        obi1kenobi/cargo-semver-checks-action  bump-sh/github-action  opticdev/\S+
        openapitools/openapi-diff-action  joelanford/go-apidiff  docker://openapitools/openapi-diff
        mattrglobal/\S*oasdiff\S*  bufbuild/buf-action  swaggerexpert/\S*diff\S*
        """
    ),
)

CONTRACT_LINT = either(
    starting_with(
        r"""
        spectral lint  spectral  redocly lint  vacuum lint  buf (lint|build|format)  buf-lint
        swagger-cli validate  openapi-generator(-cli)? validate  openapi(-spec)?-validator  asyncapi validate
        graphql-schema-linter  graphql-eslint  protolint  prototool lint  api-linter  optic lint  zally
        manage\.py spectacular .*--validate  ajv (validate|compile)  check-jsonschema  json-schema-validate\S*
        mvnw? .*openapi-generator:validate  ibm-openapi-validator  lint-openapi  speakeasy (lint|validate)
        (npm|pnpm|yarn|bun)( run)? \S*(openapi|swagger|spectral|schema)\S*(lint|validate|check)\S*
        """
    ),
    using(
        r"""
        bufbuild/buf-lint-action  stoplightio/spectral-action  redocly/\S+  char0n/swagger-editor-validate
        mbowman100/swagger-validator-action  asyncapi/\S+  cardinalby/schema-validator-action
        """
    ),
)

CONTRACT_TEST = either(
    starting_with(
        r"""
        pact(-broker|-provider-verifier|-mock-service)?  pact_verifier_cli  pactflow  specmatic test  specmatic
        schemathesis( run)?  st run  dredd  karate  microcks( test)?  portman  tcases  stepci run
        mvnw? .*spring-cloud-contract\S*
        gradlew? .*\b(contractTest|pactVerify|pactPublish|generateContractTests)\w*  rake pact:\S+
        (npm|pnpm|yarn|bun)( run)? \S*(pact|contract)\S*
        (make|just|task|mage|nox|tox) \S*(contract|pact)[-_:]?\S*  py\.?test .*(contract|pact)\S*
        (jest|vitest|mocha) .*(contract|pact)\S*  newman run .*contract\S*  can-i-deploy
        """
    ),
    using(
        r"""
        pactflow/\S+  pact-foundation/(?!\.github/)\S+  schemathesis/action  apisec-inc/\S+  microcks/\S+  specmatic/\S+
        """
    ),
)
