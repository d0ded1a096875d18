using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace EServices.Platform.Web;

/// <summary>Access tokens are JWTs of Identity, checked by every service itself: issuer, audience, lifetime by the service's clock, signature by the published keys.</summary>
public static class Tokens
{
    public const string Audience = "eservices";

    /// <summary>The public address of the gateway, which is also the tokens' issuer; always with a closing slash.</summary>
    public static Uri PublicUrl(this IConfiguration configuration) =>
        new((configuration["ESERVICES_PUBLIC_URL"] ?? "http://localhost:8080").TrimEnd('/') + "/");

    internal static void AddTokens(this WebApplicationBuilder app)
    {
        app.Services.AddAuthorization();
        app.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        app.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<IConfiguration, TimeProvider>((options, configuration, time) =>
        {
            var identity = configuration["services:identity:http:0"] ?? configuration.PublicUrl().ToString();
            options.MetadataAddress = $"{identity.TrimEnd('/')}/.well-known/openid-configuration";
            options.RequireHttpsMetadata = false;
            options.MapInboundClaims = false;
            options.BackchannelTimeout = TimeSpan.FromSeconds(5);
            options.RefreshInterval = TimeSpan.FromSeconds(5);
            options.TokenValidationParameters = new TokenValidationParameters
            {
                ValidIssuer = configuration.PublicUrl().ToString(),
                ValidAudience = Audience,
                NameClaimType = "name",
                RoleClaimType = "role",
                ValidTypes = ["at+jwt"],
                LifetimeValidator = (from, until, _, parameters) => IsWithin(from, until, time.GetUtcNow().UtcDateTime, parameters.ClockSkew),
                ClockSkew = TimeSpan.FromSeconds(30),
            };
        });
    }

    private static bool IsWithin(DateTime? from, DateTime? until, DateTime now, TimeSpan skew) =>
        until is not null && (from is null || from <= now + skew) && until > now - skew;
}
