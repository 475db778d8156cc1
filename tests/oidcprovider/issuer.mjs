// An issuer on a free port of this machine, made of the certified oidc-provider package: what tst_oidcprovider logs in
// at. Prints "ready URL" once. argv: audience, client id, seconds that an access token holds.
import { createServer } from 'node:http';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import Provider from 'oidc-provider';

const [audience, clientId, seconds] = [process.argv[2], process.argv[3], Number(process.argv[4])];

const jwk = (type, options, extra) => ({
  ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }),
  use: 'sig',
  ...extra,
});

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(url, {
    clients: [{
      client_id: clientId,
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1/callback'], // any port, as RFC 8252 (7.3) has it
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    }],
    jwks: {
      keys: [
        jwk('ec', { namedCurve: 'P-256' }, { kid: 'es', alg: 'ES256' }),
        jwk('rsa', { modulusLength: 2048 }, { kid: 'rs', alg: 'RS256' }),
      ],
    },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: '',
          audience,
          accessTokenTTL: seconds,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    extraTokenClaims: () => ({ 'https://entvas.example/roles': ['viewer'] }),
    findAccount: (ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `Person ${id}`, email: `${id}@example.org` }),
    }),
    issueRefreshToken: () => true,
    rotateRefreshToken: () => true,
    conformIdTokenClaims: false,
    ttl: { Session: 600, Grant: 600, Interaction: 600, RefreshToken: 600, IdToken: 600 },
  });
  server.on('request', provider.callback());
  console.log(`ready ${url}`);
});
