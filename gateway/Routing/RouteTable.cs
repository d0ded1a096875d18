using EServices.Gateway.Limits;
using Microsoft.AspNetCore.Routing.Template;

namespace EServices.Gateway.Routing;

/// <summary>Which service answers what. The one place that knows; forwarding and the joined API document both read it.</summary>
internal static class RouteTable
{
    private const string Catalogue = "catalogue";
    private const string Payment = "payment";
    private const string Application = "application";
    private const string Dispatch = "dispatch";
    private const string Identity = "identity";
    private const string Notification = "notification";

    /// <summary>Resource names of all services behind the gateway.</summary>
    public static readonly IReadOnlyList<string> Services = [Identity, Catalogue, Payment, Application, Dispatch, Notification];

    public static readonly IReadOnlyList<Route> All =
    [
        new("/api/v1/services/{**rest}", Catalogue) { PublicReads = true },
        new("/api/v1/services.jsonld", Catalogue) { PublicReads = true },
        new("/api/v1/departments/{**rest}", Catalogue) { PublicReads = true },
        new("/api/v1/geography/{**rest}", Catalogue) { PublicReads = true },
        new("/api/v1/statistics/{**rest}", Catalogue) { PublicReads = true },
        new("/api/v1/launches/{**rest}", Catalogue) { PublicReads = true },
        new("/api/v1/guide/{**rest}", Catalogue),
        new("/api/v1/catalogue/{**rest}", Catalogue),
        new("/api/v1/catalogue/import", Catalogue) { Method = "POST", Uploads = true },

        new("/api/v1/services/{id}/quote", Payment) { Method = "POST", Limit = CallerLimits.Quotes },
        new("/api/v1/quotes/{**rest}", Payment),
        new("/api/v1/payments/{**rest}", Payment),
        new("/api/v1/bills/{**rest}", Payment),
        new("/api/v1/receipts/{**rest}", Payment),
        new("/api/v1/ledger/{**rest}", Payment),
        new("/api/v1/finance/{**rest}", Payment),
        new("/sandbox/payments/{**rest}", Payment) { SandboxOnly = true },

        new("/api/v1/applications/{**rest}", Application),
        new("/api/v1/applications/{id}/documents", Application) { Method = "POST", Uploads = true },
        new("/api/v1/track/{**rest}", Application),
        new("/api/v1/certificates/{**rest}", Application),
        new("/.well-known/jwks.json", Application),

        new("/api/v1/calls/{**rest}", Dispatch),
        new("/api/v1/slots/{**rest}", Dispatch),
        new("/api/v1/visits/{**rest}", Dispatch),
        new("/api/v1/operators/{**rest}", Dispatch),

        new("/api/v1/identity/{**rest}", Identity),
        new("/api/v1/identity/{**rest}", Identity) { Method = "POST", Limit = CallerLimits.SignIns },
        new("/connect/{**rest}", Identity),
        new("/connect/{**rest}", Identity) { Method = "POST", Limit = CallerLimits.SignIns },
        new("/.well-known/openid-configuration", Identity),
        new("/.well-known/jwks", Identity),
        new("/sandbox/staff/{**rest}", Identity) { SandboxOnly = true },

        new("/api/v1/messages/{**rest}", Notification),
        new("/sandbox/messages", Notification) { SandboxOnly = true },
    ];

    /// <summary>The service that answers a path of an API document (<c>/api/v1/bills/{id}</c>); null when the gateway has no way there.</summary>
    public static string? ServiceOf(string method, string path, bool sandbox) =>
        All.Where(route => route.Answers(method, path) && (sandbox || !route.SandboxOnly))
            .OrderBy(route => route.Precedence)
            .ThenBy(route => route.Method is null)
            .FirstOrDefault()?.Service;
}

/// <param name="Path">ASP.NET Core route pattern. The most exact one wins, and one with a method before one without.</param>
/// <param name="Service">Resource name of the service; the path is forwarded unchanged.</param>
internal sealed record Route(string Path, string Service)
{
    private readonly RouteTemplate template = TemplateParser.Parse(Path);

    /// <summary>Only this method; null for all.</summary>
    public string? Method { get; init; }

    /// <summary>A stricter rate limit, beside the one that every caller has.</summary>
    public string? Limit { get; init; }

    /// <summary>What is read here without a token is the same for everyone, and may be kept for a moment.</summary>
    public bool PublicReads { get; init; }

    /// <summary>Bodies are documents: larger, and slower to arrive.</summary>
    public bool Uploads { get; init; }

    public bool SandboxOnly { get; init; }

    public string Id => $"{Service}: {Method ?? "*"} {Path}";

    public decimal Precedence => RoutePrecedence.ComputeInbound(template);

    public bool Answers(string method, string path) =>
        (Method is null || string.Equals(Method, method, StringComparison.OrdinalIgnoreCase))
        && new TemplateMatcher(template, []).TryMatch(path, []);
}
