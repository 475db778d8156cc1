#include "server/access/strictjson.h"
#include "server/access/tokenverifier.h"
#include "tests/support/testtokens.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>
#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'767'268'800'000;
constexpr qint64 kNowSeconds = kNow / 1'000;
const auto kIssuer = u"https://login.example.org/"_s;
const auto kAudience = u"https://entvas.example.org"_s;

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

TokenRules rules()
{
    return {kIssuer, kAudience, u"desk"_s};
}

QJsonObject goodClaims()
{
    return {{u"iss"_s, kIssuer},          {u"aud"_s, kAudience},
            {u"sub"_s, u"auth0|ada"_s},   {u"name"_s, u"Ada Lovelace"_s},
            {u"iat"_s, kNowSeconds - 10}, {u"nbf"_s, kNowSeconds - 10},
            {u"exp"_s, kNowSeconds + 300}};
}

QJsonObject with(QJsonObject object, const QString &key, const QJsonValue &value)
{
    object[key] = value;
    return object;
}

QJsonObject without(QJsonObject object, const QString &key)
{
    object.remove(key);
    return object;
}

// Made once: RSA keys take their time.
struct Keys {
    TestKey rsa = TestKey::rsa(2048, "rsa-1");
    TestKey ec = TestKey::ec("ec-1");
    TestKey pss = TestKey::rsa(2048, "pss-1");
    TestKey other = TestKey::rsa(2048, "rsa-1");   // of another issuer, by the same name
    TestKey retired = TestKey::rsa(2048, "rsa-0"); // not published any more
    TestKey small = TestKey::rsa(1024, "small");
    TestKey wide = TestKey::ec("wide", "P-384");
    TestKey encrypting = TestKey::rsa(2048, "enc");

    QJsonObject set() const
    {
        const QJsonObject forEncryption = with(encrypting.publicJwk(), u"use"_s, u"enc"_s);
        return {{u"keys"_s, QJsonArray{rsa.publicJwk(), ec.publicJwk(), with(pss.publicJwk(), u"alg"_s, u"PS256"_s),
                                       small.publicJwk(), wide.publicJwk(), forEncryption}}};
    }
};

const Keys &keys()
{
    static const Keys made;
    return made;
}

KeySet published()
{
    return KeySet::parse(compact(keys().set())).value();
}

Result<TokenClaims> verify(const QByteArray &token, const TokenRules &how = rules(), qint64 nowMs = kNow)
{
    const auto parsed = parseToken(token);
    if (!parsed)
        return parsed.failure();
    return verifyToken(parsed.value(), published(), how, nowMs);
}

// A token of which one character of one part is another.
QByteArray damaged(QByteArray token, int part)
{
    const QList<QByteArray> parts = token.split('.');
    qsizetype at = parts[part].size() / 2;
    for (int i = 0; i < part; ++i)
        at += parts[i].size() + 1;
    token[at] = token[at] == 'A' ? 'B' : 'A';
    return token;
}

} // namespace

// Tokens of an issuer: which are believed, and that nothing else is.
class TokensTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void goodTokens_data();
    void goodTokens();
    void attacks_data();
    void attacks();
    void everyAttackHasASentenceOfItsOwnKind();
    void nothingOfATokenIsRepeated();
    void damagedTokens();
    void leewayIsAMinute_data();
    void leewayIsAMinute();
    void uselessKeys_data();
    void uselessKeys();
    void keySets_data();
    void keySets();
    void strictJson_data();
    void strictJson();
    void base64UrlHasOneSpelling_data();
    void base64UrlHasOneSpelling();
};

void TokensTest::goodTokens_data()
{
    QTest::addColumn<QByteArray>("token");
    const QJsonObject claims = goodClaims();
    QTest::newRow("RS256") << keys().rsa.sign({{u"typ"_s, u"JWT"_s}}, claims);
    QTest::newRow("ES256") << keys().ec.sign({}, claims);
    QTest::newRow("PS256") << keys().pss.sign({{u"alg"_s, u"PS256"_s}}, claims);
    QTest::newRow("access token type") << keys().ec.sign({{u"typ"_s, u"at+jwt"_s}}, claims);
    QTest::newRow("media type in full") << keys().ec.sign({{u"typ"_s, u"application/AT+JWT"_s}}, claims);
    QTest::newRow("several audiences") << keys().ec.sign(
        {}, with(claims, u"aud"_s, QJsonArray{u"https://login.example.org/userinfo"_s, kAudience}));
    const QJsonObject two = with(claims, u"aud"_s, QJsonArray{u"other"_s, kAudience});
    QTest::newRow("made for our program") << keys().ec.sign({}, with(two, u"azp"_s, u"desk"_s));
    QTest::newRow("made for the audience") << keys().ec.sign({}, with(two, u"azp"_s, kAudience));
    QTest::newRow("one audience, any program") << keys().ec.sign({}, with(claims, u"azp"_s, u"spa"_s));
    QTest::newRow("no nbf, no iat") << keys().ec.sign({}, without(without(claims, u"nbf"_s), u"iat"_s));
    QTest::newRow("foreign key hints are not looked at") << keys().ec.sign({{u"jku"_s, u"https://evil.example/jwks"_s},
                                                                            {u"x5u"_s, u"https://evil.example/cert"_s},
                                                                            {u"x5c"_s, QJsonArray{u"MIIB"_s}},
                                                                            {u"jwk"_s, keys().other.publicJwk()}},
                                                                           claims);
}

void TokensTest::goodTokens()
{
    QFETCH(QByteArray, token);
    const auto claims = verify(token);
    QVERIFY2(claims, claims ? "" : qPrintable(claims.failure().text));
    QCOMPARE(claims->subject, u"auth0|ada"_s);
    QCOMPARE(claims->name, u"Ada Lovelace"_s);
    QCOMPARE(claims->expiresAtMs, (kNowSeconds + 300) * 1'000);
}

void TokensTest::attacks_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QString>("sentence"); // what has to be in it
    const Keys &k = keys();
    const QJsonObject claims = goodClaims();
    const QJsonObject rsaHeader{{u"alg"_s, u"RS256"_s}, {u"kid"_s, u"rsa-1"_s}};
    const auto row = [](const char *name, const QByteArray &token, const QString &sentence) {
        QTest::newRow(name) << token << sentence;
    };
    const auto claim = [&](const char *name, const QString &key, const QJsonValue &value, const QString &sentence) {
        row(name, k.rsa.sign({}, with(claims, key, value)), sentence);
    };
    const auto header = [&](const char *name, const QJsonObject &more, const QString &sentence) {
        row(name, k.rsa.sign(more, claims), sentence);
    };

    // Without a signature, or with one that anybody can make.
    for (const char *none : {"none", "None", "NONE", "nOnE"})
        row(none, tokenWith({{u"alg"_s, QString::fromLatin1(none)}, {u"kid"_s, u"rsa-1"_s}}, claims, {}),
            u"not signed"_s);
    row("none, with a signature", k.rsa.sign({{u"alg"_s, u"none"_s}}, claims), u"not signed"_s);
    row("no signature", tokenWith(rsaHeader, claims, {}), u"has no signature"_s);
    const QJsonObject hmac{{u"alg"_s, u"HS256"_s}, {u"kid"_s, u"rsa-1"_s}};
    row("HS256 with the public key as PEM", hmacToken(hmac, claims, k.rsa.publicPem()), u"shared secret"_s);
    row("HS256 with the public key as JWK", hmacToken(hmac, claims, compact(k.rsa.publicJwk())), u"shared secret"_s);
    row("HS256 with an empty secret", hmacToken(hmac, claims, {}), u"shared secret"_s);
    row("hs256", hmacToken(with(hmac, u"alg"_s, u"hs256"_s), claims, k.rsa.publicPem()), u"shared secret"_s);
    row("HMAC that calls itself RS256", hmacToken(rsaHeader, claims, k.rsa.publicPem()), u"signature is wrong"_s);
    row("HMAC that calls itself ES256", hmacToken({{u"alg"_s, u"ES256"_s}, {u"kid"_s, u"ec-1"_s}}, claims, "x"),
        u"signature is wrong"_s);
    row("zero signature", tokenWith(rsaHeader, claims, QByteArray(256, '\0')), u"signature is wrong"_s);
    const QJsonObject ecHeader{{u"alg"_s, u"ES256"_s}, {u"kid"_s, u"ec-1"_s}};
    row("zero numbers", tokenWith(ecHeader, claims, QByteArray(64, '\0')), u"signature is wrong"_s);
    const QByteArray ecInput = signingInput(compact(ecHeader), compact(claims));
    row("ES256 as DER", ecInput + '.' + base64Url(k.ec.plainSignature(ecInput, "ES256")), u"signature is wrong"_s);
    const QByteArray ecSignature = k.ec.signature(ecInput, "ES256");
    row("ES256 of half the length", ecInput + '.' + base64Url(ecSignature.first(32)), u"signature is wrong"_s);
    row("ES256 with more behind it", ecInput + '.' + base64Url(ecSignature + "more"), u"signature is wrong"_s);

    // Keys.
    row("another issuer's key of the same name", k.other.sign({}, claims), u"signature is wrong"_s);
    row("embedded key", k.other.sign({{u"jwk"_s, k.other.publicJwk()}}, claims), u"signature is wrong"_s);
    row("embedded key without a name", k.other.sign({{u"jwk"_s, k.other.publicJwk()}, {u"kid"_s, QString()}}, claims),
        u"which of the issuer's keys"_s);
    row("jku", k.other.sign({{u"jku"_s, u"http://127.0.0.1:1/jwks"_s}}, claims), u"signature is wrong"_s);
    row("x5u", k.other.sign({{u"x5u"_s, u"http://127.0.0.1:1/cert"_s}}, claims), u"signature is wrong"_s);
    row("x5c", k.other.sign({{u"x5c"_s, QJsonArray{u"MIIB"_s}}}, claims), u"signature is wrong"_s);
    row("unknown key", TestKey::ec("ec-9").sign({}, claims), u"does not publish"_s);
    row("rotated out", k.retired.sign({}, claims), u"does not publish"_s);
    row("kid of a file", k.rsa.sign({{u"kid"_s, u"../../../etc/passwd"_s}}, claims), u"does not publish"_s);
    row("kid is a number", k.rsa.sign({{u"kid"_s, 1}}, claims), u"(kid) is no string"_s);
    row("kid is null", k.rsa.sign({{u"kid"_s, QJsonValue::Null}}, claims), u"(kid) is no string"_s);
    row("RSA of 1024 bits", k.small.sign({}, claims), u"does not publish"_s);
    row("key for encryption", k.encrypting.sign({}, claims), u"does not publish"_s);
    row("key of another curve", k.wide.sign({{u"alg"_s, u"ES256"_s}}, claims), u"does not publish"_s);
    row("RS256 by the name of the EC key", k.rsa.sign({{u"kid"_s, u"ec-1"_s}}, claims), u"not that of its key"_s);
    row("ES256 by the name of the RSA key", k.ec.sign({{u"kid"_s, u"rsa-1"_s}}, claims), u"not that of its key"_s);
    row("RS256 with the key for PS256", k.pss.sign({}, claims), u"not that of its key"_s);
    row("PS256 with the key for RS256", k.rsa.sign({{u"alg"_s, u"PS256"_s}}, claims), u"not that of its key"_s);
    for (const char *algorithm :
         {"RS384", "RS512", "PS512", "ES384", "ES512", "EdDSA", "rs256", "RS256 ", "ES256K", ""})
        row(qPrintable(u"alg \"%1\""_s.arg(QLatin1String(algorithm))),
            k.rsa.sign({{u"alg"_s, QString::fromLatin1(algorithm)}}, claims), u"RS256, PS256 and ES256 are"_s);
    row("alg is missing", k.rsa.signRaw(R"({"kid":"rsa-1"})", compact(claims)), u"no algorithm"_s);
    row("alg is a list", k.rsa.sign({{u"alg"_s, QJsonArray{u"RS256"_s}}}, claims), u"no algorithm"_s);

    // Headers.
    header("critical extension", {{u"crit"_s, QJsonArray{u"exp"_s}}}, u"(crit)"_s);
    header("critical nothing", {{u"crit"_s, QJsonArray{}}}, u"(crit)"_s);
    header("payload not encoded", {{u"b64"_s, false}, {u"crit"_s, QJsonArray{u"b64"_s}}}, u"(crit)"_s);
    header("type of a log-out", {{u"typ"_s, u"logout+jwt"_s}}, u"(typ)"_s);
    header("type is a number", {{u"typ"_s, 1}}, u"(typ)"_s);
    row("alg twice", k.rsa.signRaw(R"({"alg":"none","alg":"RS256","kid":"rsa-1"})", compact(claims)),
        u"header has a key twice"_s);
    row("alg twice, once escaped",
        k.rsa.signRaw(R"({"\u0061lg":"RS256","alg":"RS256","kid":"rsa-1"})", compact(claims)),
        u"header has a key twice"_s);
    row("header is a list", k.rsa.signRaw("[]", compact(claims)), u"header is no object"_s);
    row("header is no JSON", k.rsa.signRaw("{alg:RS256}", compact(claims)), u"header is no valid JSON"_s);
    row("header with a mark", k.rsa.signRaw("\xef\xbb\xbf" + compact(rsaHeader), compact(claims)),
        u"header is no valid JSON"_s);
    row("more behind the header", k.rsa.signRaw(compact(rsaHeader) + "{}", compact(claims)),
        u"header is no valid JSON"_s);

    // The outer form.
    const QByteArray good = k.rsa.sign({}, claims);
    row("empty", "", u"three parts"_s);
    row("no dots", "token", u"three parts"_s);
    row("two parts", good.left(good.lastIndexOf('.')), u"three parts"_s);
    row("four parts", good + ".AAAA", u"three parts"_s);
    row("five parts, as when encrypted", "eyJhbGciOiJSU0EtT0FFUCJ9.AA.AA.AA.AA", u"three parts"_s);
    row("a dot behind it", good + '.', u"three parts"_s);
    row("three empty parts", "..", u"header is no valid JSON"_s);
    row("padded", good + "==", u"to the letter"_s);
    row("plain base64", good.left(good.lastIndexOf('.')) + ".+/+/", u"to the letter"_s);
    row("blank inside", QByteArray(good).insert(5, ' '), u"to the letter"_s);
    row("line end behind it", good + '\n', u"to the letter"_s);
    row("NUL inside", QByteArray(good).insert(5, '\0'), u"to the letter"_s);
    row("spare bits of base64", good.left(good.lastIndexOf('.')) + ".AB", u"to the letter"_s);
    row("cut short", good.left(good.size() - 1), u"to the letter"_s);
    row("too large", k.rsa.sign({}, with(claims, u"x"_s, QString(kMaxTokenBytes, u'x'))), u"larger than 16384"_s);
    row("deep", k.rsa.signRaw(compact(rsaHeader), R"({"a":)" + QByteArray(500, '[') + QByteArray(500, ']') + '}'),
        u"content is nested too deeply"_s);

    // Claims.
    claim("iss of another", u"iss"_s, u"https://evil.example/"_s, u"(iss)"_s);
    claim("iss without the slash", u"iss"_s, u"https://login.example.org"_s, u"(iss)"_s);
    claim("iss in capitals", u"iss"_s, u"https://LOGIN.example.org/"_s, u"(iss)"_s);
    claim("iss with more", u"iss"_s, kIssuer + u"x"_s, u"(iss)"_s);
    claim("iss is a list", u"iss"_s, QJsonArray{kIssuer}, u"(iss)"_s);
    row("iss is missing", k.rsa.sign({}, without(claims, u"iss"_s)), u"(iss)"_s);
    claim("aud of another", u"aud"_s, u"https://other.example"_s, u"another audience"_s);
    claim("aud of others", u"aud"_s, QJsonArray{u"a"_s, u"b"_s}, u"another audience"_s);
    claim("aud is an empty list", u"aud"_s, QJsonArray{}, u"another audience"_s);
    claim("aud begins alike", u"aud"_s, kAudience + u"/x"_s, u"another audience"_s);
    claim("aud is an object", u"aud"_s, QJsonObject{{kAudience, true}}, u"no list of strings"_s);
    claim("aud holds a number", u"aud"_s, QJsonArray{kAudience, 1}, u"no list of strings"_s);
    claim("aud is null", u"aud"_s, QJsonValue::Null, u"no list of strings"_s);
    row("aud is missing", k.rsa.sign({}, without(claims, u"aud"_s)), u"whom it is for"_s);
    const QJsonObject two = with(claims, u"aud"_s, QJsonArray{u"other"_s, kAudience});
    row("azp of another", k.rsa.sign({}, with(two, u"azp"_s, u"evil"_s)), u"(azp) than"_s);
    row("azp is empty", k.rsa.sign({}, with(two, u"azp"_s, QString())), u"(azp) than"_s);
    row("azp is a list", k.rsa.sign({}, with(two, u"azp"_s, QJsonArray{u"desk"_s})), u"(azp) is no string"_s);
    claim("expired", u"exp"_s, kNowSeconds - 61, u"has expired"_s);
    claim("expired in 1970", u"exp"_s, 0, u"has expired"_s);
    row("exp is missing", k.rsa.sign({}, without(claims, u"exp"_s)), u"when it ends"_s);
    claim("exp is a string", u"exp"_s, QString::number(kNowSeconds + 300), u"\"exp\" is no whole number"_s);
    claim("exp is a fraction", u"exp"_s, double(kNowSeconds) + 300.5, u"\"exp\" is no whole number"_s);
    claim("exp is huge", u"exp"_s, 1e300, u"\"exp\" is no whole number"_s);
    claim("exp beyond the year 9999", u"exp"_s, qint64(253'402'300'800), u"\"exp\" is no whole number"_s);
    claim("exp is negative", u"exp"_s, -1, u"\"exp\" is no whole number"_s);
    claim("exp is null", u"exp"_s, QJsonValue::Null, u"\"exp\" is no whole number"_s);
    claim("exp is true", u"exp"_s, true, u"\"exp\" is no whole number"_s);
    const auto raw = [&](const QByteArray &exp) {
        return k.rsa.signRaw(compact(rsaHeader),
                             compact(without(claims, u"exp"_s)).chopped(1) + ",\"exp\":" + exp + '}');
    };
    row("exp beyond a double", raw("1e999"), u"content is no valid JSON"_s);
    row("exp beyond 64 bits", raw("18446744073709551615"), u"\"exp\" is no whole number"_s);
    row("exp of a thousand digits", raw(QByteArray(1'000, '9')), u"content is no valid JSON"_s);
    row("exp in hexadecimal", raw("0x7fffffff"), u"content is no valid JSON"_s);
    row("exp twice", raw(QByteArray::number(kNowSeconds - 900) + ",\"exp\":" + QByteArray::number(kNowSeconds + 300)),
        u"content has a key twice"_s);
    claim("not valid yet", u"nbf"_s, kNowSeconds + 61, u"(nbf)"_s);
    claim("nbf is a string", u"nbf"_s, u"0"_s, u"\"nbf\" is no whole number"_s);
    claim("from the future", u"iat"_s, kNowSeconds + 61, u"(iat)"_s);
    claim("iat is a string", u"iat"_s, u"0"_s, u"\"iat\" is no whole number"_s);
    row("sub is missing", k.rsa.sign({}, without(claims, u"sub"_s)), u"(sub)"_s);
    claim("sub is empty", u"sub"_s, QString(), u"(sub)"_s);
    claim("sub is a number", u"sub"_s, 7, u"(sub)"_s);
    claim("sub is too long", u"sub"_s, QString(257, u'x'), u"(sub)"_s);
    claim("sub with a line end", u"sub"_s, u"ada\nadmin"_s, u"(sub)"_s);
    row("content is a string", k.rsa.signRaw(compact(rsaHeader), "\"sub\""), u"content is no object"_s);
    row("content is no UTF-8", k.rsa.signRaw(compact(rsaHeader), "{\"sub\":\"\xff\"}"), u"content is no valid JSON"_s);
    row("lone surrogate", k.rsa.signRaw(compact(rsaHeader), R"({"sub":"\ud800"})"), u"content is no valid JSON"_s);
}

void TokensTest::attacks()
{
    QFETCH(QByteArray, token);
    QFETCH(QString, sentence);
    const auto claims = verify(token);
    QVERIFY2(!claims, "it was believed");
    QVERIFY2(claims.failure().text.contains(sentence), qPrintable(claims.failure().text));
    const bool isUnknownKey = sentence == u"does not publish"_s;
    QCOMPARE(claims.failure().kind, isUnknownKey ? Fault::NotFound : Fault::Unauthenticated);
}

// Whoever sets up an issuer can tell what is wrong from what is said.
void TokensTest::everyAttackHasASentenceOfItsOwnKind()
{
    const QJsonObject claims = goodClaims();
    QSet<QString> sentences;
    const QList<QByteArray> tokens{keys().rsa.sign({{u"alg"_s, u"none"_s}}, claims),
                                   keys().rsa.sign({{u"alg"_s, u"HS256"_s}}, claims),
                                   keys().rsa.sign({{u"alg"_s, u"RS512"_s}}, claims),
                                   keys().other.sign({}, claims),
                                   keys().retired.sign({}, claims),
                                   keys().pss.sign({}, claims),
                                   keys().rsa.sign({}, without(claims, u"iss"_s)),
                                   keys().rsa.sign({}, without(claims, u"aud"_s)),
                                   keys().rsa.sign({}, with(claims, u"aud"_s, u"x"_s)),
                                   keys().rsa.sign({}, without(claims, u"exp"_s)),
                                   keys().rsa.sign({}, with(claims, u"exp"_s, 1)),
                                   keys().rsa.sign({}, with(claims, u"nbf"_s, kNowSeconds + 900)),
                                   keys().rsa.sign({}, with(claims, u"iat"_s, kNowSeconds + 900)),
                                   keys().rsa.sign({}, without(claims, u"sub"_s)),
                                   keys().rsa.sign({{u"crit"_s, QJsonArray{}}}, claims)};
    for (const QByteArray &token : tokens)
        sentences.insert(verify(token).failure().text);
    QCOMPARE(sentences.size(), tokens.size());
}

void TokensTest::nothingOfATokenIsRepeated()
{
    const QString secret = u"Xq7Zr2Kt9"_s;
    const QList<QByteArray> tokens{keys().rsa.sign({{u"alg"_s, secret}}, goodClaims()),
                                   keys().rsa.sign({{u"typ"_s, secret}}, goodClaims()),
                                   keys().rsa.sign({{u"kid"_s, secret}}, goodClaims()),
                                   keys().rsa.sign({}, with(goodClaims(), u"iss"_s, secret)),
                                   keys().rsa.sign({}, with(goodClaims(), u"aud"_s, secret)),
                                   keys().rsa.sign({}, with(goodClaims(), u"exp"_s, secret)),
                                   secret.toLatin1()};
    for (const QByteArray &token : tokens) {
        const auto claims = verify(token);
        QVERIFY(!claims);
        QVERIFY2(!claims.failure().text.contains(secret), qPrintable(claims.failure().text));
    }
}

void TokensTest::damagedTokens()
{
    for (const TestKey *key : {&keys().rsa, &keys().ec})
        for (int part = 0; part < 3; ++part)
            QVERIFY(!verify(damaged(key->sign({}, goodClaims()), part)));
    // Parts of two good tokens do not make a third.
    const QList<QByteArray> a = keys().rsa.sign({}, goodClaims()).split('.');
    const QList<QByteArray> b = keys().rsa.sign({}, with(goodClaims(), u"sub"_s, u"root"_s)).split('.');
    QVERIFY(verify(a.join('.')));
    QVERIFY(!verify(a[0] + '.' + b[1] + '.' + a[2]));
}

void TokensTest::leewayIsAMinute_data()
{
    QTest::addColumn<QString>("claim");
    QTest::addColumn<qint64>("seconds");
    QTest::addColumn<bool>("accepted");
    QTest::newRow("ended 59 s ago") << u"exp"_s << kNowSeconds - 59 << true;
    QTest::newRow("ended a minute ago") << u"exp"_s << kNowSeconds - 60 << false;
    QTest::newRow("begins in a minute") << u"nbf"_s << kNowSeconds + 60 << true;
    QTest::newRow("begins in 61 s") << u"nbf"_s << kNowSeconds + 61 << false;
    QTest::newRow("issued in a minute") << u"iat"_s << kNowSeconds + 60 << true;
    QTest::newRow("issued in 61 s") << u"iat"_s << kNowSeconds + 61 << false;
}

void TokensTest::leewayIsAMinute()
{
    QFETCH(QString, claim);
    QFETCH(qint64, seconds);
    QTEST(verify(keys().ec.sign({}, with(goodClaims(), claim, seconds))).ok(), "accepted");
}

void TokensTest::uselessKeys_data()
{
    QTest::addColumn<QJsonObject>("jwk");
    QTest::addColumn<QString>("sentence");
    const QJsonObject rsa = keys().rsa.publicJwk();
    const QJsonObject ec = keys().ec.publicJwk();
    const auto number = [](qsizetype bytes) { return QString::fromLatin1(base64Url(QByteArray(bytes, '\xff'))); };
    QTest::newRow("shared secret") << QJsonObject{{u"kty"_s, u"oct"_s}, {u"k"_s, u"AAAA"_s}} << u"neither RSA nor EC"_s;
    QTest::newRow("nothing") << QJsonObject{} << u"neither RSA nor EC"_s;
    QTest::newRow("RSA of 1024 bits") << keys().small.publicJwk() << u"1024 bits"_s;
    QTest::newRow("RSA of 2048 bits, nearly all zero") << with(rsa, u"n"_s, u"AAAAAAAB"_s) << u"1 bits"_s;
    QTest::newRow("RSA of 16384 bits") << with(rsa, u"n"_s, number(2048)) << u"16384 bits"_s;
    QTest::newRow("even modulus") << with(rsa, u"n"_s, QString::fromLatin1(base64Url(QByteArray(256, '\xfe'))))
                                  << u"no RSA key"_s;
    QTest::newRow("exponent of 1") << with(rsa, u"e"_s, u"AQ"_s) << u"no RSA key"_s;
    QTest::newRow("even exponent") << with(rsa, u"e"_s, u"BA"_s) << u"no RSA key"_s;
    QTest::newRow("huge exponent") << with(rsa, u"e"_s, number(256)) << u"no RSA key"_s;
    QTest::newRow("no exponent") << without(rsa, u"e"_s) << u"no RSA key"_s;
    QTest::newRow("padded modulus") << with(rsa, u"n"_s, rsa.value(u"n"_s).toString() + u"=="_s) << u"0 bits"_s;
    QTest::newRow("for encryption") << with(rsa, u"use"_s, u"enc"_s) << u"(use)"_s;
    QTest::newRow("for signing only") << with(rsa, u"key_ops"_s, QJsonArray{u"sign"_s}) << u"(key_ops)"_s;
    QTest::newRow("for HS256") << with(rsa, u"alg"_s, u"HS256"_s) << u"(alg)"_s;
    QTest::newRow("for RS512") << with(rsa, u"alg"_s, u"RS512"_s) << u"(alg)"_s;
    QTest::newRow("RSA for ES256") << with(rsa, u"alg"_s, u"ES256"_s) << u"(alg)"_s;
    QTest::newRow("EC for RS256") << with(ec, u"alg"_s, u"RS256"_s) << u"(alg)"_s;
    QTest::newRow("other curve") << keys().wide.publicJwk() << u"P-256"_s;
    QTest::newRow("curve by another name") << with(ec, u"crv"_s, u"secp256k1"_s) << u"P-256"_s;
    QTest::newRow("not on the curve") << with(ec, u"y"_s, ec.value(u"x"_s)) << u"no point"_s;
    QTest::newRow("the point at nowhere") << with(with(ec, u"x"_s, number(0)), u"y"_s, number(0)) << u"no point"_s;
    QTest::newRow("name is a number") << with(ec, u"kid"_s, 1) << u"(kid)"_s;
    QTest::newRow("endless name") << with(ec, u"kid"_s, QString(513, u'x')) << u"(kid)"_s;
}

void TokensTest::uselessKeys()
{
    QFETCH(QJsonObject, jwk);
    QFETCH(QString, sentence);
    const QJsonObject good = keys().ec.publicJwk();
    const auto set = KeySet::parse(compact({{u"keys"_s, QJsonArray{jwk, good}}}));
    QVERIFY(set);
    QCOMPARE(set->size(), 1); // its neighbour is none the worse
    QCOMPARE(set->ignored().size(), 1);
    QVERIFY2(set->ignored().first().contains(sentence), qPrintable(set->ignored().first()));
}

void TokensTest::keySets_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<bool>("good");
    QJsonArray many;
    for (qsizetype i = 0; i <= KeySet::kMaxKeys; ++i)
        many.append(keys().ec.publicJwk());
    QTest::newRow("all of ours") << compact(keys().set()) << true;
    QTest::newRow("empty") << QByteArray(R"({"keys":[]})") << true;
    QTest::newRow("nonsense within") << QByteArray(R"({"keys":[1,null,[],"x",{}]})") << true;
    QTest::newRow("no keys") << QByteArray("{}") << false;
    QTest::newRow("keys are an object") << QByteArray(R"({"keys":{}})") << false;
    QTest::newRow("HTML") << QByteArray("<html>") << false;
    QTest::newRow("nothing") << QByteArray() << false;
    QTest::newRow("keys twice") << QByteArray(R"({"keys":[],"keys":[]})") << false;
    QTest::newRow("too many") << compact({{u"keys"_s, many}}) << false;
}

void TokensTest::keySets()
{
    QFETCH(QByteArray, json);
    QTEST(KeySet::parse(json).ok(), "good");
}

void TokensTest::strictJson_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<bool>("good");
    const auto row = [](const char *json, bool good) { QTest::newRow(json) << QByteArray(json) << good; };
    row("{}", true);
    row(R"( {"a":[1,-2,0.5,true,false,null,"x",{"a":1}],"b":{"a":1}} )", true);
    row(R"({"a":{"b":1,"b":1}})", false);
    row(R"([{"a":1,"a":2}])", false);
    row(R"({"a":1,})", false);
    row(R"({"a":01})", false);
    row(R"({"a":NaN})", false);
    row(R"({'a':1})", false);
    row("{\"a\":\"\t\"}", false);
    row("{} x", false);
    row("{}\x01", false);
    row("/**/{}", false);
    row("null", false);
    row("1", false);
    row("", false);
}

void TokensTest::strictJson()
{
    QFETCH(QByteArray, json);
    QFETCH(bool, good);
    const auto object = parseStrictObject(json);
    QCOMPARE(object.ok(), good);
    if (good)
        QCOMPARE(object.value(), QJsonDocument::fromJson(json).object());
}

void TokensTest::base64UrlHasOneSpelling_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("good");
    const auto row = [](const char *text, bool good) { QTest::newRow(text) << QByteArray(text) << good; };
    row("", true);
    row("AA", true);
    row("AAA", true);
    row("-_-_", true);
    row("A", false);
    row("AB", false);
    row("AA==", false);
    row("+/+/", false);
    row("AA AA", false);
    row("AAAA\n", false);
    row("A.AA", false);
    row("\xc3\xa4", false);
}

void TokensTest::base64UrlHasOneSpelling()
{
    QFETCH(QByteArray, text);
    QTEST(fromBase64Url(text).has_value(), "good");
}

QTEST_GUILESS_MAIN(TokensTest)
#include "tst_tokens.moc"
