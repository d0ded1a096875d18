using System.Text.Json;
using System.Text.RegularExpressions;
using EServices.Identity.OpenIdConnect.Stores;
using EServices.Identity.Passwords;
using EServices.Platform.Time;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace EServices.Identity.Clients;

/// <param name="ClientId">kebab-case, the machine's name from then on.</param>
/// <param name="Roles">What it may do, as for staff.</param>
internal sealed record NewClient(string? ClientId, string? Name, IReadOnlyList<string>? Roles);

/// <param name="ClientSecret">Told this once; only its hash is kept.</param>
internal sealed record ClientMade(string ClientId, string Name, IReadOnlyList<string> Roles, string ClientSecret);

internal sealed record ClientView(string ClientId, string Name, string Type, IReadOnlyList<string> Roles);

internal static partial class ClientEndpoints
{
    public const string RolesProperty = "roles";

    public static void MapClients(this IEndpointRouteBuilder api)
    {
        var clients = api.MapGroup("/identity/clients").Allow(Roles.Administrator).WithTags("Identity").ProducesProblem(401).ProducesProblem(403);
        clients.MapPost("", CreateAsync).WithName("createClient").WithSummary("Registers a machine; its secret is in this answer and nowhere else")
            .ProducesProblem(400).ProducesProblem(409);
        clients.MapGet("", ListAsync).WithName("listClients").WithSummary("Front ends and machines");
        clients.MapDelete("/{clientId}", DeleteAsync).WithName("deleteClient").WithSummary("Removes a machine; it gets no further token").ProducesProblem(404).ProducesProblem(409);
    }

    /// <summary>The roles a machine was registered with.</summary>
    public static async Task<IReadOnlyList<string>> RolesOfAsync(IOpenIddictApplicationManager clients, object client, CancellationToken cancellationToken) =>
        (await clients.GetPropertiesAsync(client, cancellationToken)).TryGetValue(RolesProperty, out var roles) ? roles.Deserialize<string[]>() ?? [] : [];

    private static async Task<Results<Created<ClientMade>, ProblemHttpResult>> CreateAsync(
        NewClient wanted, OpenIddictApplicationManager<ClientApplication> clients, IChance chance, CancellationToken cancellationToken)
    {
        var roles = wanted.Roles ?? [];
        var checks = new Checks()
            .That(wanted.ClientId is not null && ClientIdForm().IsMatch(wanted.ClientId), "/clientId", "client-id", "3 to 60 small letters, digits and hyphens, the first a letter.")
            .Required(wanted.Name, "/name", 100)
            .That(roles.Count > 0, "/roles", "required", "At least one role.")
            .That(roles.All(role => role != Roles.Citizen && Roles.All.Contains(role)), "/roles", "role", "Roles of staff only.");
        if (!checks.Passed)
            return checks.Problem();
        if (await clients.FindByClientIdAsync(wanted.ClientId!, cancellationToken) is not null)
            return Taken(wanted.ClientId!);

        var secret = OneTimeSecret.New(chance);
        var descriptor = new OpenIddictApplicationDescriptor
        {
            ClientId = wanted.ClientId,
            ClientSecret = secret,
            DisplayName = wanted.Name!.Trim(),
            ClientType = ClientTypes.Confidential,
            Permissions = { Permissions.Endpoints.Token, Permissions.Endpoints.Revocation, Permissions.GrantTypes.ClientCredentials },
            Properties = { [RolesProperty] = JsonSerializer.SerializeToElement(roles) },
        };
        try
        {
            await clients.CreateAsync(descriptor, cancellationToken);
        }
        catch (Platform.Storage.DuplicateKeyException)
        {
            return Taken(wanted.ClientId!);
        }
        return TypedResults.Created($"/api/v1/identity/clients/{wanted.ClientId}", new ClientMade(wanted.ClientId!, descriptor.DisplayName, roles, secret));
    }

    private static async Task<Ok<IReadOnlyList<ClientView>>> ListAsync(IOpenIddictApplicationManager clients, CancellationToken cancellationToken)
    {
        var views = new List<ClientView>();
        await foreach (var client in clients.ListAsync(cancellationToken: cancellationToken))
        {
            views.Add(new ClientView(
                await clients.GetClientIdAsync(client, cancellationToken) ?? "", await clients.GetDisplayNameAsync(client, cancellationToken) ?? "",
                await clients.GetClientTypeAsync(client, cancellationToken) ?? "", await RolesOfAsync(clients, client, cancellationToken)));
        }
        return TypedResults.Ok<IReadOnlyList<ClientView>>(views);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(string clientId, IOpenIddictApplicationManager clients, CancellationToken cancellationToken)
    {
        if (clientId is KnownClients.Web or KnownClients.Cli)
            return Problems.Of(StatusCodes.Status409Conflict, "built-in-client", "The platform's own front ends can't be removed.");
        if (await clients.FindByClientIdAsync(clientId, cancellationToken) is not { } client)
            return Problems.NotFound("client", clientId);
        await clients.DeleteAsync(client, cancellationToken);
        return TypedResults.NoContent();
    }

    private static ProblemHttpResult Taken(string clientId) => Problems.Of(StatusCodes.Status409Conflict, "client-exists", $"There is a client '{clientId}' already.");

    [GeneratedRegex("^[a-z][a-z0-9-]{2,59}$")]
    private static partial Regex ClientIdForm();
}
