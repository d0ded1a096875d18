using System.Text;
using EServices.Platform.Packs;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EServices.Catalogue.Exchange;

/// <summary>The whole catalogue out as a file, and in again as drafts.</summary>
internal static class ExchangeEndpoints
{
    /// <summary>Bytes of the largest file: what the gateway lets through as an upload.</summary>
    public const long Largest = 6 * 1024 * 1024;

    private const int FlushEvery = 64;

    public static void MapExchange(this RouteGroupBuilder api)
    {
        var exchange = api.MapGroup("/catalogue").Allow(Roles.CatalogueManager).WithTags("Catalogue");
        exchange.MapGet("/export", ExportAsync).WithName("exportCatalogue")
            .WithSummary("Every service as JSON Lines (format=jsonl) or as a table (format=csv; bom=true for spreadsheets that ask for it)")
            .Produces<string>(200, "application/jsonl", "text/csv").ProducesProblem(400);
        exchange.MapPost("/import", ImportAsync).WithName("importCatalogue").WithMetadata(new RequestSizeLimitAttribute(Largest))
            .Accepts<byte[]>("application/jsonl", "application/x-ndjson", "text/csv", "application/octet-stream")
            .WithSummary("Reads such a file and makes drafts for review of what is new or changed; with any error it makes none and tells every error with its line. dryRun=true only tells.")
            .Produces<ImportReport>().ProducesProblem(400).ProducesProblem(408).ProducesProblem(413);
    }

    internal static async Task<IResult> ExportAsync(string? format, bool? bom, IDraftIntake intake, StatePack pack, HttpContext http, CancellationToken cancellationToken)
    {
        if (FormatNamed(format) is not { } known)
            return UnknownFormat();
        var services = await intake.HeldAsync(cancellationToken);
        http.Response.ContentType = $"{CatalogueFile.MediaTypeOf(known)}; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=catalogue-{pack.About.Id}.{(known == ExchangeFormat.Csv ? "csv" : "jsonl")}";
        if (bom == true && known == ExchangeFormat.Csv)
            await http.Response.BodyWriter.WriteAsync(Encoding.UTF8.Preamble.ToArray(), cancellationToken);
        var count = 0;
        foreach (var line in CatalogueFile.Write(services, known, pack))
        {
            Encoding.UTF8.GetBytes(line, http.Response.BodyWriter);
            if (++count % FlushEvery == 0)
                await http.Response.BodyWriter.FlushAsync(cancellationToken);
        }
        await http.Response.BodyWriter.FlushAsync(cancellationToken);
        return Results.Empty;
    }

    internal static async Task<Results<Ok<ImportReport>, ProblemHttpResult>> ImportAsync(
        string? format, bool? dryRun, Caller caller, CatalogueImport import, IConfiguration configuration, HttpContext http, CancellationToken cancellationToken)
    {
        if (FormatNamed(format) is not { } known)
            return UnknownFormat();
        if (await ReadAsync(http.Request, cancellationToken) is not { } file)
            return Problems.Of(StatusCodes.Status413PayloadTooLarge, "body-too-large", $"A file has at most {Largest} bytes; import it in parts.");
        var within = TimeSpan.FromSeconds(configuration.GetValue("Exchange:DeadlineSeconds", 50.0));
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(within);
        var looked = 0;
        try
        {
            var report = await import.RunAsync(file, known, dryRun == true, caller, lines => looked = lines, limited.Token);
            return report.Errors.Count == 0 || report.DryRun ? TypedResults.Ok(report) : Refused(report);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Problems.Of(StatusCodes.Status408RequestTimeout, "import-too-slow",
                $"After {within.TotalSeconds:0.#} s only {looked} lines were checked. Import the file in parts; what has become a draft is not made again.");
        }
    }

    private static ProblemHttpResult Refused(ImportReport report) => TypedResults.Problem(new ProblemDetails
    {
        Status = StatusCodes.Status400BadRequest,
        Type = Problems.TypePrefix + "import-refused",
        Title = "Import refused",
        Detail = $"{report.Lines} lines were checked and have {report.Errors.Count} errors; nothing was taken.",
        Extensions = { ["lines"] = report.Lines, ["errors"] = report.Errors },
    });

    private static ProblemHttpResult UnknownFormat() => new Checks().That(false, "?format", "unknown", "jsonl or csv.").Problem();

    private static ExchangeFormat? FormatNamed(string? format) => format switch { "jsonl" => ExchangeFormat.Jsonl, "csv" => ExchangeFormat.Csv, _ => null };

    /// <summary>Null for a body that is too large, whether or not it said so.</summary>
    private static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > Largest)
            return null;
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (body.Length + read > Largest)
                return null;
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }
}
