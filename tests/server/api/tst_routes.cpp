#include "server/api/serverroutes.h"
#include "tests/server/testserver.h"

#include <QSet>
#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// The table of routes is what the server does: dispatch, GET /, 405, OPTIONS, parameters and who may call.
class RoutesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void eachIsDeclaredOnceAndInFull();
    void eachIsDispatchedAsDeclared();
    void theListAtTheRootIsTheTable();
    void accessIsAsDeclared();
};

void RoutesTest::eachIsDeclaredOnceAndInFull()
{
    QSet<QString> seen;
    for (const RouteDeclaration &route : ServerRoutes::declarations()) {
        const QString name = QLatin1StringView(route.method) + u' ' + route.path;
        QVERIFY2(!seen.contains(name), qPrintable(name));
        seen.insert(name);
        QVERIFY2(route.path.startsWith(u'/'), qPrintable(name));
        QVERIFY2(!route.help.isEmpty() && !route.help.endsWith(u'.'), qPrintable(name));
        QCOMPARE(QSet<QString>(route.parameters.cbegin(), route.parameters.cend()).size(), route.parameters.size());
        if (route.access == RouteAccess::Project)
            QVERIFY2(route.parameters.contains(u"project"_s), qPrintable(name));
    }
    QVERIFY(seen.contains(u"POST /webhook"_s) && seen.contains(u"GET /ws"_s) && seen.contains(u"POST /admin/keys"_s));
}

void RoutesTest::eachIsDispatchedAsDeclared()
{
    TestServer server;
    QVERIFY(server.startCore());
    for (const RouteDeclaration &route : ServerRoutes::declarations()) {
        const HttpAnswer options = server.call("OPTIONS", route.path);
        QCOMPARE(options.status, 204);
        QVERIFY2(options.header("Allow").contains(route.method), qPrintable(route.path));
        const HttpAnswer other = server.call("DELETE", route.path);
        QCOMPARE(other.status, 405);
        QCOMPARE(other.header("Allow"), options.header("Allow"));
        const HttpAnswer unknown = server.call(route.method, route.path + u"?unheardOf=1"_s);
        QVERIFY2(unknown.status == 400, qPrintable(route.path));
        for (const QString &parameter : route.parameters)
            QVERIFY2(!server.call(route.method, route.path + u'?' + parameter + u"=x"_s)
                          .json()[u"message"_s]
                          .toString()
                          .contains(u"is no parameter of"_s),
                     qPrintable(route.path + u' ' + parameter));
    }
}

void RoutesTest::theListAtTheRootIsTheTable()
{
    TestServer server;
    QVERIFY(server.startCore());
    QJsonObject expected;
    for (const RouteDeclaration &route : ServerRoutes::declarations())
        expected.insert(QLatin1StringView(route.method) + u' ' + route.path, route.help);
    QCOMPARE(server.get(u"/"_s).json().value(u"endpoints"_s).toObject(), expected);
}

void RoutesTest::accessIsAsDeclared()
{
    TestServer server;
    server.settings.viewerToken = u"viewer-token-of-thirty-two-or-more-characters"_s;
    QVERIFY(server.startCore());
    for (const RouteDeclaration &route : ServerRoutes::declarations()) {
        const int status = server.call(route.method, route.path).status;
        switch (route.access) {
        case RouteAccess::Anyone: QVERIFY2(status == 200, qPrintable(route.path)); break;
        case RouteAccess::WebSocket: QVERIFY2(status == 426, qPrintable(route.path)); break;
        case RouteAccess::Sender:
        case RouteAccess::Reader:
        case RouteAccess::AllProjects:
        case RouteAccess::Project:
        case RouteAccess::Admin: QVERIFY2(status == 401, qPrintable(route.path)); break;
        }
    }
}

QTEST_GUILESS_MAIN(RoutesTest)
#include "tst_routes.moc"
