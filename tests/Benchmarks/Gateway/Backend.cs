using System.Text.Json;
using EServices.Contracts;
using EServices.Platform.Packs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EServices.Benchmarks.Gateway;

/// <summary>Stands for the services behind the gateway: answers at once, from memory, with pages as large as Catalogue's of the repository's pack.</summary>
internal sealed class Backend : IAsyncDisposable
{
    public const string Plain = "/api/v1/bills/bil_1";
    public const string List = "/api/v1/services?limit=20";
    public const string Page = "/api/v1/services/domicile-certificate";
    public const string Tag = "\"5f3a\"";

    private readonly WebApplication app;
    private long asked;

    private Backend(WebApplication app) => this.app = app;

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Requests so far.</summary>
    public long Asked => Interlocked.Read(ref asked);

    public static async Task<Backend> StartAsync(CancellationToken cancellationToken)
    {
        var pack = StatePack.Load(Path.Combine(GatewayProcess.Repository, "deploy", "packs", "jk")).OrThrow();
        var small = JsonSerializer.SerializeToUtf8Bytes(new { id = "bil_1", note = new string('x', 1_000) }, JsonSerializerOptions.Web);
        var list = JsonSerializer.SerializeToUtf8Bytes(new { items = pack.Services.Take(20).Select(service => LineOf(service, pack)), next = "a20" }, JsonSerializerOptions.Web);
        var page = JsonSerializer.SerializeToUtf8Bytes(PageOf(pack.Services["domicile-certificate"], pack), JsonSerializerOptions.Web);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var backend = new Backend(builder.Build());
        backend.app.Run(context =>
        {
            Interlocked.Increment(ref backend.asked);
            var kept = context.Request.Path.StartsWithSegments("/api/v1/services");
            var body = !kept ? small : context.Request.Path.Value!.Length > "/api/v1/services".Length ? page : list;
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = body.Length;
            if (kept)
            {
                context.Response.Headers.ETag = Tag;
                context.Response.Headers.CacheControl = "public, max-age=15";
            }
            return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
        });
        await backend.app.StartAsync(cancellationToken);
        return backend;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static object LineOf(ServiceDefinition service, StatePack pack) => new
    {
        service.Id, version = 1, name = service.Name.In("en"), names = service.Name, description = service.Description.In("en"), departmentId = service.Department,
        departmentName = pack.Departments[service.Department].Name.In("en"), service.Channels, fromPaise = 5_000, service.TimeLimitDays,
    };

    private static object PageOf(ServiceDefinition service, StatePack pack) => new
    {
        line = LineOf(service, pack), descriptions = service.Description, whoMayApply = service.WhoMayApply.In("en"),
        documents = service.Documents.Select(asked => new { asked.Document, name = pack.Documents[asked.Document].Name.In("en"), asked.Mandatory, asked.Alternatives }),
        formSchema = pack.Forms[service.Form].Schema, fees = Enum.GetValues<Channel>().Select(channel => new { channel, totalPaise = 5_000 }), service.Officers, service.Tags,
    };
}
