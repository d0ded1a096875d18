using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using EServices.Platform.Web;
using Microsoft.AspNetCore.RateLimiting;

namespace EServices.Gateway.Limits;

/// <summary>
/// How much one caller may ask: the account of a valid token, else the remote address. A token bucket for every caller, and a smaller one beside it for
/// quotes and for sign-ins, where guessing and fishing would begin. Set by <c>Gateway:Limits:{staff|citizen|anonymous|quotes|signIns}:{PerMinute|Burst}</c>;
/// <c>Gateway:Limits:Factor</c> multiplies all of them (a load test from one machine), 0 switches them off.
/// </summary>
internal static class CallerLimits
{
    public const string Quotes = "quotes";
    public const string SignIns = "signIns";

    private static readonly Dictionary<string, Bucket> Defaults = new()
    {
        ["staff"] = new(1_200, 300),
        ["citizen"] = new(300, 100),
        // An address is often a whole village behind one carrier's gateway.
        ["anonymous"] = new(600, 200),
        [Quotes] = new(60, 30),
        [SignIns] = new(60, 30),
    };

    public static void AddCallerLimits(this WebApplicationBuilder app)
    {
        var buckets = Defaults.ToDictionary(entry => entry.Key, entry => Bucket.Read(app.Configuration.GetSection("Gateway:Limits"), entry.Key, entry.Value));
        app.Services.AddRateLimiter(limiter =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => Partition(context, buckets));
            limiter.AddPolicy(Quotes, context => buckets[Quotes].For($"{Quotes}:{KeyOf(context)}"));
            limiter.AddPolicy(SignIns, context => buckets[SignIns].For($"{SignIns}:{KeyOf(context)}"));
            limiter.OnRejected = RefuseAsync;
        });
    }

    /// <summary>The account, else the address; of IPv6 the 64 bits that a subscriber holds whole.</summary>
    internal static string KeyOf(HttpContext context)
    {
        if (context.User.FindFirst("sub")?.Value is { Length: > 0 } subject)
            return subject;
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.GetAddressBytes() is { Length: 16 } bytes ? Convert.ToHexStringLower(bytes.AsSpan(0, 8)) : address.ToString();
    }

    private static RateLimitPartition<string> Partition(HttpContext context, Dictionary<string, Bucket> buckets)
    {
        // A probe that is refused would look like an outage.
        if (context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
            return RateLimitPartition.GetNoLimiter("health");
        var kind = context.User.Identity?.IsAuthenticated != true ? "anonymous"
            : context.User.FindAll("role").All(role => role.Value == Roles.Citizen) ? "citizen"
            : "staff";
        return buckets[kind].For($"{kind}:{KeyOf(context)}");
    }

    private static async ValueTask RefuseAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        rejected.HttpContext.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await Problems.Of(StatusCodes.Status429TooManyRequests, "too-many-requests", "You ask faster than this address allows; 'Retry-After' says when to come again.")
            .ExecuteAsync(rejected.HttpContext);
    }

    /// <param name="PerMinute">Tokens that come back in a minute; 0 for no limit.</param>
    /// <param name="Burst">Tokens there are at most.</param>
    private sealed record Bucket(double PerMinute, int Burst)
    {
        public static Bucket Read(IConfigurationSection limits, string kind, Bucket usual)
        {
            var factor = limits.GetValue("Factor", 1.0);
            return new Bucket(
                limits.GetValue($"{kind}:PerMinute", usual.PerMinute) * factor,
                (int)Math.Min(int.MaxValue, Math.Ceiling(limits.GetValue($"{kind}:Burst", usual.Burst) * factor)));
        }

        public RateLimitPartition<string> For(string key) => PerMinute <= 0 || Burst <= 0
            ? RateLimitPartition.GetNoLimiter(key)
            : RateLimitPartition.GetTokenBucketLimiter(key, _ => Options);

        private TokenBucketRateLimiterOptions Options => new()
        {
            TokenLimit = Burst,
            QueueLimit = 0,
            ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(1, 60 / PerMinute)),
            TokensPerPeriod = (int)Math.Clamp(Math.Round(PerMinute / 60), 1, int.MaxValue),
        };
    }
}
