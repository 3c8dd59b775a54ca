import type { RuleDefinition } from '../../src/core/rule.ts'

/** The first key of a connection string; more keys may follow in any order. */
const KEY =
  'server|data source|datasource|host|addr|address|network address|driver|dsn|provider|database|db|dbname|initial catalog|port|user id|userid|uid|username|user|password|pwd|persist security info|integrated security'

export const rule: RuleDefinition = {
  id: 'database-url',
  label: 'database_url',
  title: 'Database URL or connection string with a password',
  source: 'RFC 3986 section 3.2.1; connection string syntax of ADO.NET, ODBC, JDBC and libpq',
  pattern: `\\b(?i:(?:jdbc:)?(?:postgres|postgresql|postgis|pgsql|mysql|mysql2|mysqlx|mariadb|mssql|oracle|db2|cockroachdb|clickhouse|redshift|snowflake|mongodb|redis|rediss|amqp|amqps|couchdb|cassandra|neo4j|bolt|ldap|ldaps)(?:\\+[a-z0-9_]{1,16})?://[^\\s"'\`<>\\\\]{3,1000}|(?:jdbc:(?:jtds:)?sqlserver:[^;\\s"'\`<>]{2,200}|(?:${KEY}) ?=[^;\\["'<>\\n\\r]{1,200})(?:; ?[a-z][a-z0-9 _]{1,40}=[^;"'<>\\n\\r]{0,200}){1,24})`,
  validator: 'database-url',
  confidence: 'high',
  samples: {
    find: [
      'DATABASE_URL=⟦postgres://api_user:myC0mpl3xPwd@db.internal.example:5432/api_db⟧',
      '"⟦mongodb+srv://appuser:myR3alP@ssw0rd@cluster0.example.net/mydb?retryWrites=true⟧";',
      'Server=tcp:db.example.net,1433;Database=orders;User ID=app;Password=⟦s3cr3t-4711⟧;Encrypt=yes;',
      'connectionString="Password=⟦s3cr3t-4711⟧;User ID=app;Initial Catalog=orders;Data Source=srv"',
      'jdbc:sqlserver://db.example.net:1433;database=orders;user=app;password=⟦s3cr3t-4711⟧;encrypt=true',
    ],
    ignore: [
      'postgres://localhost:5432/db',
      'mongodb://username:password@localhost:27017/database',
      'mysql://user:${PASSWORD}@db.example.com:3306/db',
      'postgres://postgres:postgres@localhost:5432/database',
      'mysql://admin:REPLACE_WITH_PASSWORD@db.example.com/x',
      'Server=a;Database=b;User ID=c;Password=[redacted:DATABASE_URL];Encrypt=yes',
      'https://user:hunter22@example.com/',
    ],
  },
}
